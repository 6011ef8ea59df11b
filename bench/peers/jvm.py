"""How the benchmarks' classes on the JVM are started; `mvn -pl engram-bench -am process-classes` makes them."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def home():
    found = subprocess.run([str(ROOT / "bin/find-jdk"), "--jdk"], stdout=subprocess.PIPE, text=True, check=True)
    return pathlib.Path(found.stdout.strip())


def command(main, *words, heap="6g"):
    module = ROOT / "engram-bench/target"
    path = f"{module / 'classes'}:{(module / 'classpath').read_text()}"
    return [
        f"{home()}/bin/java",
        *("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"),
        *("--sun-misc-unsafe-memory-access=allow", f"-Xmx{heap}", "-cp", path),
        *(main, *(str(word) for word in words)),
    ]
