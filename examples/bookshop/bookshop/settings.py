"""What can be set from outside, beside the settings of the batteries: `talarian settings`."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import SettingsConfigDict
from talarian.extensions import Installed
from talarian.settings import Settings


class ShopSettings(Settings):
    """Read from `SHOP_NAME` and so on."""

    model_config = SettingsConfigDict(env_prefix="SHOP_")

    name: str = Field(default="Bookshop", min_length=1)
    """What the shop is called in the documentation of its API."""

    reviews_open: bool = True
    """Whether readers may add reviews. Those that there are can be read in any case."""


CurrentSettings = Annotated[ShopSettings, Installed(ShopSettings)]
