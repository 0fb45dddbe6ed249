"""What is kept in the instance folder is for nobody else's eyes."""

import pytest

from portal.core.settings import BadSetting, from_environment


def test_the_instance_folder_and_the_key_are_private(tmp_path):
    folder = tmp_path / "new" / "instance"
    first = from_environment({"PORTAL_INSTANCE": str(folder)})
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in folder.iterdir()] == ["secret_key"]
    assert from_environment({"PORTAL_INSTANCE": str(folder)}).secret_key == first.secret_key


def test_an_empty_key_signs_nothing(tmp_path):
    (tmp_path / "secret_key").write_text("")
    with pytest.raises(BadSetting, match="is empty"):
        from_environment({"PORTAL_INSTANCE": str(tmp_path)})


def test_budgets_are_counted_in_a_currency_that_there_is(tmp_path):
    assert from_environment({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_CURRENCY": "eur"}).currency == "EUR"
    with pytest.raises(BadSetting, match="ISO 4217"):
        from_environment({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_CURRENCY": "GOLD"})
