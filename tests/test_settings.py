"""The environment is read in one place, by the names Atlas's own tools use."""

from __future__ import annotations

from pathlib import Path

from atlas_contract import settings


def test_blank_is_unset() -> None:
    """A variable that is empty, or only spaces, counts as not set."""
    assert settings.read({settings.CLIENT_ID: "  ", settings.PROJECT_ID: ""}) == settings.Settings()


def test_a_blank_base_url_is_told_from_none() -> None:
    """Since without one the client means Atlas itself."""
    assert settings.read({settings.BASE_URL: " "}).base_url == ""
    assert settings.read({}).base_url is None


def test_variables_of_libraries_are_found_however_they_are_written() -> None:
    """In capitals or not; blank is unset."""
    found = settings.present(
        settings.PROXIES, {"https_proxy": "a", "ALL_PROXY": "b", "HTTP_PROXY": " ", "PROXY": "c"}
    )
    assert found == {"https_proxy": "a", "ALL_PROXY": "b"}


def test_values_are_read_by_name() -> None:
    """Each variable lands in its own field."""
    found = settings.read({settings.CLIENT_ID: "a", settings.PRIVATE_KEY: "b", settings.BASE_URL: "c"})
    assert (found.client_id, found.private_key, found.base_url) == ("a", "b", "c")


def test_secrets_stay_out_of_repr() -> None:
    """Showing the settings shows no secret."""
    shown = repr(settings.read({settings.CLIENT_SECRET: "hush", settings.PRIVATE_KEY: "whisper"}))
    assert "hush" not in shown
    assert "whisper" not in shown


def test_the_cache_follows_the_xdg_rules() -> None:
    """XDG_CACHE_HOME names the folder, else it is in the home folder."""
    assert settings.cache_folder({"XDG_CACHE_HOME": "/x"}) == Path("/x/atlas-contract")
    assert settings.cache_folder({}) == Path.home() / ".cache" / "atlas-contract"


def test_github_is_told_only_where_the_run_is_a_step_of_it() -> None:
    """A summary file alone means nothing; blank is none."""
    assert settings.github({"GITHUB_STEP_SUMMARY": "/tmp/x"}) == settings.GitHub()
    assert settings.github({"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": " "}).summary is None
    assert settings.github({"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "/tmp/x"}).summary == Path(
        "/tmp/x"
    )
