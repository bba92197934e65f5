"""What an operator may set: environment variables that begin with OSCE_, or a file `.env` where the server starts."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from simulator.exam.base import Language
from simulator.llm.endpoint import Endpoint
from simulator.llm.limits import Budget

HOME = Path(__file__).resolve().parent.parent  # the folder of app.py, scenarios/ and rubrics/


class Settings(BaseSettings):
    """Every setting, with the value that a laptop needs."""

    # OSCE_PATIENT_LLM_API_VERSION is `api_version` of `patient_llm`; no value, a key least of all, is in an error.
    model_config = SettingsConfigDict(
        env_prefix="OSCE_", env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True,
        env_nested_delimiter="_", env_nested_max_split=1)

    data_folder: Path = Field(HOME / "var", description="where the database and the secret live")
    cache_folder: Path = Field(HOME / "var" / "cache", description="what is computed once and kept")
    database_url: str = Field("", description="SQLAlchemy address; empty: SQLite in the data folder")
    scenarios: Path = Field(HOME / "scenarios", description="the folder of scenario files")
    rubrics: Path = Field(HOME / "rubrics", description="the folder of rubric files")
    default_language: Language = Field(Language.FRENCH, description="for a browser that asks for neither language")
    host: str = Field("127.0.0.1", description="address to serve on")
    port: int = Field(8000, description="port to serve on")
    https_only: bool = Field(False, description="true behind HTTPS: cookies are then marked Secure")
    public_origin: str = Field("", description="the address people type, https://osce.example.org; empty: host, port")
    secret: str = Field("", description="signs the login cookie; empty: made once and kept", repr=False)
    understanding: str = Field("best", description="best (the installed sentence model) or lexical")
    patient_llm: Endpoint | None = Field(None, description="the language model that plays the patient; none: scripted")
    patient_seconds: float = Field(8, gt=0, description="a turn is answered within this, by the scripted patient if "
                                                        "need be")
    grader_llm: Endpoint | None = Field(None, description="the language model that judges; none: rules only")
    grader_seconds: float = Field(60, gt=0, description="one judgement takes no longer")
    grader_batch: int = Field(1, ge=1, description="items judged in one call")
    grader_repeats: int = Field(1, ge=1, description="times each item is judged; differences are flagged")
    grader_second_opinions: bool = Field(False, description="the model also judges what the rules decide; "
                                                            "disagreement is flagged")
    llm_budget: Budget = Field(Budget(), description="the most that language models may use")

    @property
    def database(self) -> str:
        """The address of the archive."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_folder / 'archive.db').resolve()}"

    @property
    def origin(self) -> str:
        """The only origin that pages are used from."""
        return self.public_origin.rstrip("/") or f"http://{self.host}:{self.port}"
