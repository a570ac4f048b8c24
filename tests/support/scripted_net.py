"""The network of a server under test, scripted (scripted_net.c).

    net = ScriptedNet(folder, program, {"x.example": ["8.8.8.8"], "y.example": [["8.8.8.8"], [...]]})
    server = serve(env=net.environment())
    net.connects()

Every connection that the server makes ends in net's trap, a listener that keeps what it gets.
"""
import socket
import subprocess
import threading
from pathlib import Path

SOURCE = Path(__file__).parent / "scripted_net.c"


class Trap:
    """A listener that takes all and says nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.n_accepted = 0
        self.received = b""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:  # it was closed
                return
            with connection:
                self.n_accepted += 1
                connection.settimeout(10)
                self.received += connection.recv(65536)

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)  # or the thread keeps it listening
        self.socket.close()


class ScriptedNet:
    """
    @names  addresses by name; a list of lists: those of the first look-up, of the second...
    """

    def __init__(self, folder, program, names):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program = program
        self.trap = Trap()
        self.log_path = self.folder / "scripted_net.log"
        self.log_path.touch()
        self.library = self.folder / "scripted_net.so"
        lines = []
        for name, answers in names.items():
            answers = answers if answers and isinstance(answers[0], list) else [answers]
            lines += [" ".join([name, *addresses]) for addresses in answers]
        (self.folder / "names").write_text("\n".join(lines) + "\n")
        subprocess.run(["cc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-O1", "-o", self.library,
                        SOURCE], check=True)

    def environment(self):
        linked = subprocess.run(["ldd", self.program], stdout=subprocess.PIPE, text=True,
                                check=True).stdout
        # ASan wants to be first; it hands what it intercepts on to the next, which is ours.
        libraries = [line.split()[2] for line in linked.splitlines() if "libasan" in line]
        return {"LD_PRELOAD": ":".join([*libraries, str(self.library)]),
                "SCRIPTED_NET_NAMES": str(self.folder / "names"),
                "SCRIPTED_NET_LOG": str(self.log_path),
                "SCRIPTED_NET_TRAP": str(self.trap.port)}

    def _lines(self, what):
        return [line.split()[1:] for line in self.log_path.read_text().splitlines()
                if line.startswith(what + " ")]

    def lookups(self):
        """The names, in order."""
        return [words[0] for words in self._lines("lookup")]

    def connects(self):
        """Addresses and ports, in order."""
        return [(words[0], int(words[1])) for words in self._lines("connect")]
