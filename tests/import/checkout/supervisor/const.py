"""Names that others import."""

from datetime import timedelta

OVEN_GROUP = "oven_{name}"
SHOP_GROUP = "shop"
SELL = "shop_sell"
SHORT = timedelta(seconds=30)
