"""Posts of a WordPress site by its own interface (`/wp-json/wp/v2/posts`), where it has no feed.

Ids are those of its feed, so that a site may change from one to the other without news.
"""

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from bot.ingest.jsonfields import Item, Items, Markup, link_of, object_of, text_of

_POSTS = "wp/v2/posts?per_page=20&_fields=id,guid,link,title,content,excerpt,date_gmt,modified_gmt"


def interface_of(root: str) -> str:
    """Where the posts are listed; `root` is the interface that a page names (`…/wp-json/`)."""
    return urljoin(root if root.endswith("/") else f"{root}/", _POSTS)


def items_of(document: object, url: str) -> Items | None:
    """The posts; None where `document` is something else."""
    if not isinstance(document, list) or not all(map(_is_post, document)):
        return None
    if not document and "/wp-json/" not in urlsplit(url).path:
        return None
    return Items(
        items=tuple(_item(each, url) for each in document), title=urlsplit(url).hostname or ""
    )


def _is_post(value: object) -> bool:
    post = object_of(value)
    return "link" in post and "rendered" in object_of(post.get("title"))


def _item(post: Mapping[str, object], base: str) -> Item:
    return Item(
        key=_rendered(post, "guid") or text_of(post.get("id")),
        url=link_of(post.get("link"), base),
        title=Markup(_rendered(post, "title"), is_html=True),
        bodies=tuple(
            Markup(_rendered(post, name), is_html=True) for name in ("content", "excerpt")
        ),
        published=text_of(post.get("date_gmt")),
        updated=text_of(post.get("modified_gmt")),
    )


def _rendered(post: Mapping[str, object], name: str) -> str:
    return text_of(object_of(post.get(name)).get("rendered"))
