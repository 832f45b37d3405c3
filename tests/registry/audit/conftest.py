import pytest


@pytest.fixture(autouse=True)
def _own_keys_and_copy(settings, tmp_path):
    """Each test's log has keys and a copy of its checkpoints of its own."""
    settings.KEYS_DIR = tmp_path / "keys"
    settings.LOG_SIGNING_KEY = settings.KEYS_DIR / "log.key"
    settings.LOG_CHECKPOINTS_DIR = tmp_path / "checkpoints"
