# A small network: apps and homes in private subnets, and one NAT gateway as their way to AWS and the internet.

data "aws_region" "current" {}

locals {
  # `id` holds the Region's name in both provider generations.
  zones = { for at, letter in var.zones : "${data.aws_region.current.id}${letter}" => at }
}

resource "aws_vpc" "studio" {
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

# Nothing here carries the default group: so it lets nothing in or out.
resource "aws_default_security_group" "unused" {
  vpc_id = aws_vpc.studio.id
}

resource "aws_subnet" "apps" {
  for_each = local.zones

  vpc_id            = aws_vpc.studio.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 4, each.value)
  tags              = { Name = "${var.name}-apps-${each.key}" }
}

resource "aws_subnet" "nat" {
  vpc_id            = aws_vpc.studio.id
  availability_zone = "${data.aws_region.current.id}${var.zones[0]}"
  cidr_block        = cidrsubnet(var.vpc_cidr, 8, 255)
  tags              = { Name = "${var.name}-nat" }
}

resource "aws_internet_gateway" "internet" {
  vpc_id = aws_vpc.studio.id
  tags   = { Name = var.name }
}

resource "aws_eip" "nat" {
  domain = "vpc"
  tags   = { Name = "${var.name}-nat" }

  depends_on = [aws_internet_gateway.internet]
}

resource "aws_nat_gateway" "nat" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.nat.id
  tags          = { Name = var.name }

  depends_on = [aws_route_table_association.nat]
}

resource "aws_route_table" "nat" {
  vpc_id = aws_vpc.studio.id
  tags   = { Name = "${var.name}-nat" }

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.internet.id
  }
}

resource "aws_route_table_association" "nat" {
  route_table_id = aws_route_table.nat.id
  subnet_id      = aws_subnet.nat.id
}

resource "aws_route_table" "apps" {
  vpc_id = aws_vpc.studio.id
  tags   = { Name = "${var.name}-apps" }

  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.nat.id
  }
}

resource "aws_route_table_association" "apps" {
  for_each = aws_subnet.apps

  route_table_id = aws_route_table.apps.id
  subnet_id      = each.value.id

  # The network is watched and shut before anybody works in it, and until nobody does.
  depends_on = [aws_default_security_group.unused, aws_flow_log.refused]
}
