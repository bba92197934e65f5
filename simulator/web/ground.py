"""Prepares the folder that Chainlit works in, so that it writes nothing beside the code. Run before importing it."""

import importlib.util
import json
import os
import shutil
from pathlib import Path

import yaml

_HERE = Path(__file__).parent
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def prepare(assets: Path, data_folder: Path, secret: str) -> Path:
    """Chainlit's folder under the data folder, with our configuration, translations and assets (`assets/public`)."""
    root = (data_folder / "chainlit").resolve()
    (root / ".chainlit" / "translations").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_HERE / "chainlit.toml", root / ".chainlit" / "config.toml")
    shutil.copytree(assets / "public", root / "public", dirs_exist_ok=True)
    for page in assets.glob("chainlit*.md"):
        shutil.copyfile(page, root / page.name)
    _write_translations(root / ".chainlit" / "translations")
    _set_environment(root, data_folder, secret)
    return root


def _set_environment(root: Path, data_folder: Path, secret: str) -> None:
    for name in _THREADS:
        os.environ.setdefault(name, "1")  # a pool of BLAS threads hangs beside subprocesses (docs/decisions)
    os.environ["CHAINLIT_APP_ROOT"] = str(root)
    os.environ["CHAINLIT_AUTH_SECRET"] = secret
    os.environ["CHAINLIT_CUSTOM_AUTH"] = "true"
    os.environ.pop("DATABASE_URL", None)  # it would switch on Chainlit's own tables
    os.environ.setdefault("NICEGUI_STORAGE_PATH", str((data_folder / "nicegui").resolve()))


def _write_translations(folder: Path) -> None:
    """Chainlit's own words, with ours over them."""
    found = importlib.util.find_spec("chainlit")
    assert found is not None
    assert found.origin is not None
    theirs = Path(found.origin).parent / "translations"
    for tag, language in (("fr-FR", "fr"), ("en-US", "en")):
        words = json.loads((theirs / f"{tag}.json").read_text(encoding="utf-8"))
        ours = yaml.safe_load((_HERE / "words" / f"chainlit.{language}.yaml").read_text(encoding="utf-8"))
        (folder / f"{tag}.json").write_text(json.dumps(_over(words, ours), ensure_ascii=False), encoding="utf-8")


def _over(below: dict[str, object], above: dict[str, object]) -> dict[str, object]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = _over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
    return merged
