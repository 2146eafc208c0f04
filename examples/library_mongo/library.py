"""A library whose books have reviews, kept in two ways.

talarian dev library.py
"""

import embedded
import referenced

from talarian import Talarian
from talarian.health import Health
from talarian.mongo import Mongo

MODELS = [embedded.Book, referenced.Book, referenced.BookReview]


def create_app(mongo: Mongo) -> Talarian:
    """The application on a MongoDB."""
    made = Talarian(title="Library", extensions=[mongo, Health()])
    made.include_router(embedded.router)
    made.include_router(referenced.router)
    return made


app = create_app(Mongo(models=MODELS))
