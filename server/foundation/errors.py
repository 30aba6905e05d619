"""Domain errors: raised deep, converted once at each edge to problem documents (RFC 9457)."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from server.foundation.i18n import Sentence

T = TypeVar("T")


class Fault(NamedTuple):
    """One invalid value: an RFC 6901 pointer into the request, and the remedy."""

    pointer: str
    detail: Sentence

    def in_language(self, language: str) -> dict[str, str]:
        """The fault in a problem document's form."""
        return {"pointer": self.pointer, "detail": self.detail.in_language(language)}


class AnpingError(Exception):
    """An error that the caller can understand and act on.

    `detail`: the remedy; `code`: for programs; `faults`: single values; `facts`: extra members of
    the problem document.
    """

    status: ClassVar[int] = 400
    title: ClassVar[Sentence] = Sentence("请求有误", "Bad request")
    default_code: ClassVar[str] = "bad_request"

    def __init__(
        self,
        detail: Sentence,
        *,
        code: str | None = None,
        faults: Sequence[Fault] = (),
        retry_after_s: int | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(detail.en)
        self.detail = detail
        self.code = code or self.default_code
        self.faults = tuple(faults)
        self.retry_after_s = retry_after_s
        self.facts = facts

    @classmethod
    def at(cls, pointer: str, detail: Sentence, code: str | None = None) -> Self:
        """An error by one value alone."""
        return cls(detail, code=code, faults=[Fault(pointer, detail)])

    def problem(self, language: str) -> dict[str, Any]:
        """The problem document in a language; the same shape on HTTP and on sockets."""
        return {
            "type": f"urn:anping:problem:{self.code}",
            "title": self.title.in_language(language),
            "status": self.status,
            "detail": self.detail.in_language(language),
            "code": self.code,
            "errors": [one.in_language(language) for one in self.faults],
            **self.facts,
        }


class Unauthorized(AnpingError):
    """Nobody is signed in, or the credential is no longer valid."""

    status = 401
    title = Sentence("请先登录", "Sign in first")
    default_code = "unauthorized"


class Forbidden(AnpingError):
    """Signed in, but the role doesn't permit this anywhere."""

    status = 403
    title = Sentence("没有权限", "Not allowed")
    default_code = "forbidden"


class NotFound(AnpingError):
    """No such object, or one outside the person's scope: both are indistinguishable."""

    status = 404
    title = Sentence("没有找到", "Not found")
    default_code = "not_found"

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "没有找到，或不在您的管辖范围内。", "It doesn't exist, or it is outside your scope."
            )
        )


def existing(found: T | None) -> T:
    """`found` if it isn't None. Raises NotFound otherwise."""
    if found is None:
        raise NotFound
    return found


class Conflict(AnpingError):
    """The object's state doesn't permit it; `detail` is the remedy."""

    status = 409
    title = Sentence("当前状态不允许此操作", "Not possible in this state")
    default_code = "conflict"


class PreconditionFailed(AnpingError):
    """Somebody else changed the object since it was read."""

    status = 412
    title = Sentence("内容已被他人修改", "Changed by someone else")
    default_code = "changed"


class PreconditionRequired(AnpingError):
    """A decision must identify the version that was read (If-Match)."""

    status = 428
    title = Sentence("请先查看内容", "Read it first")
    default_code = "unread"


class TooLarge(AnpingError):
    """More bytes than the settings allow."""

    status = 413
    title = Sentence("内容过大", "Too large")
    default_code = "too_large"


class Invalid(AnpingError):
    """Well-formed, but with invalid values; `faults` lists them."""

    status = 422
    title = Sentence("填写有误", "Some values are wrong")
    default_code = "invalid"


class Locked(AnpingError):
    """Another request is working on it: retry."""

    status = 423
    title = Sentence("正在被使用", "In use")
    default_code = "locked"


class TooMany(AnpingError):
    """Rate limit exceeded; retry after `retry_after_s`."""

    status = 429
    title = Sentence("操作过于频繁", "Too many requests")
    default_code = "too_many"


class Busy(AnpingError):
    """Temporarily unavailable; nothing was changed; retry."""

    status = 503
    title = Sentence("服务繁忙", "Busy")
    default_code = "busy"

    def __init__(self, detail: Sentence | None = None, *, retry_after_s: int = 2) -> None:
        super().__init__(
            detail or Sentence("服务繁忙，请稍后重试。", "The server is busy, try again shortly."),
            retry_after_s=retry_after_s,
        )


class StorageFull(AnpingError):
    """The disk is full; nothing was changed."""

    status = 507
    title = Sentence("存储空间不足", "No space left")
    default_code = "storage_full"

    def __init__(self, detail: Sentence | None = None) -> None:
        super().__init__(
            detail
            or Sentence(
                "服务器磁盘已满，本次修改未保存。请联系运维人员清理磁盘，有空间后自动恢复；"
                "登录、停播和紧急插播不受影响。",
                "The server's disk is full: nothing was saved. Ask the operator to make room on "
                "it; then everything goes on by itself. Sign-in, stops and takeovers work "
                "meanwhile.",
            )
        )
