"""An application with the battery."""

from flags import CurrentFlags, Flags

from talarian import Talarian
from talarian.health import Health

app = Talarian(extensions=[Flags(), Health()])


@app.get("/checkout")
def checkout(flags: CurrentFlags) -> str:
    return "one page" if flags.is_on("fast-checkout") else "five pages"


@app.put("/checkout/fast")
async def make_it_fast(flags: CurrentFlags) -> None:
    await flags.set("fast-checkout", True)
