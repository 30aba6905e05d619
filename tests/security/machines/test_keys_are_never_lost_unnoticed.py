"""A key that a power cut emptied, or that somebody took away, isn't replaced without a word."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.foundation.crypto.secrets_file import secret_key, secret_key_path
from server.foundation.crypto.signing import load_or_make_signer, recovery_paths, write_private
from server.foundation.errors import Conflict
from server.operations.supervisor.first_run import missing_keys, prepare
from server.publishing.assignments.signing_keys import signing_key_path
from tests.support.app.people import sign_in
from tests.support.app.world import World, make_settings


def test_an_empty_secret_key_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    path = secret_key_path(settings)
    path.parent.mkdir(parents=True)
    for content in ("", "\n", "  \n"):
        path.write_text(content)
        with pytest.raises(Conflict) as refused:
            secret_key(settings)

        assert str(path) in refused.value.detail.zh
        assert str(path) in refused.value.detail.en
        assert path.read_text() == content


def test_a_secret_key_is_made_once_and_stays(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    key = secret_key(settings)

    assert secret_key(settings) == key
    assert len(key) >= 64
    assert [one.name for one in secret_key_path(settings).parent.iterdir()] == ["secret-key"]
    assert secret_key_path(settings).stat().st_mode & 0o077 == 0


def test_a_missing_secret_key_stops_the_start_of_a_district(world: World) -> None:
    """And files made by a refused start are removed, so that the next one reports the same."""
    sign_in(world, "admin")
    settings = world.core.settings
    path = secret_key_path(settings)
    path.unlink()
    made = missing_keys(settings)
    secret_key(settings)

    with pytest.raises(Conflict) as refused:
        prepare(world.core, print, made)

    assert made == [path]
    assert "secret-key" in refused.value.detail.zh
    assert not path.exists()


def test_a_missing_signing_key_stops_the_start_of_a_district(world: World) -> None:
    """Screens would refuse whatever another key signs; also if nothing of the pair is there."""
    sign_in(world, "admin")
    settings = world.core.settings
    signing = signing_key_path(settings)
    signing.unlink()
    with pytest.raises(Conflict) as beside_the_other:
        load_or_make_signer(signing)
    for path in recovery_paths(signing):
        path.unlink(missing_ok=True)
    made = missing_keys(settings)
    load_or_make_signer(signing)
    with pytest.raises(Conflict) as alone:
        prepare(world.core, print, made)

    for refused in (beside_the_other, alone):
        assert "signing-key.pem" in refused.value.detail.zh
        assert "signing-key.pem" in refused.value.detail.en
    assert not signing.exists()


@pytest.mark.parametrize("content", [b"", b"half of a key\n"])
@pytest.mark.parametrize("which", ["signing-key.pem", "recovery-key.pem", "recovery-key.pub.pem"])
def test_an_empty_key_of_signatures_stops_the_start_with_a_sentence(
    tmp_path: Path, content: bytes, which: str
) -> None:
    signing = tmp_path / "signing-key.pem"
    load_or_make_signer(signing)
    if which == "recovery-key.pem":
        recovery_paths(signing)[1].unlink()
    (tmp_path / which).write_bytes(content)

    with pytest.raises(Conflict):
        load_or_make_signer(signing)

    assert (tmp_path / which).read_bytes() == content


def test_the_recovery_key_outlasts_a_signing_key_that_is_gone(tmp_path: Path) -> None:
    signing = tmp_path / "signing-key.pem"
    load_or_make_signer(signing)
    private, public = recovery_paths(signing)
    kept = private.read_bytes()
    signing.unlink()
    public.unlink()

    load_or_make_signer(signing)

    assert private.read_bytes() == kept


def test_no_private_key_is_written_over_another(tmp_path: Path) -> None:
    path, key = tmp_path / "key.pem", ec.generate_private_key(ec.SECP256R1())
    write_private(path, key)
    before = path.read_bytes()

    with pytest.raises(FileExistsError):
        write_private(path, ec.generate_private_key(ec.SECP256R1()))
    write_private(path, key)

    assert path.read_bytes() == before
