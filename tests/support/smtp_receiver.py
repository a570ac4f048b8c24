"""A mail server that keeps what it gets: SMTP as far as a client of ours speaks it.

    with SmtpReceiver() as receiver:
        serve(smtp_url=receiver.url, mail_from="no-reply@kelp.example")
        ...
        mail = receiver.wait(1)[0]     an email.message.EmailMessage, with .sender and .recipients

`replies` maps a verb (greeting, EHLO, AUTH, MAIL, RCPT, DATA, end) to what is said instead of yes.
`manner` is "hang" (says nothing), "drip" (a byte now and then, never a line) or None.
"""
import base64
import email
import email.policy
import socket
import ssl
import threading

from server import wait_until


class SmtpReceiver:
    """
    @cert      (certificate, key): offers STARTTLS; with @is_tls_first speaks TLS from the start
    @password  of anybody: AUTH PLAIN is offered, and wanted
    """

    def __init__(self, cert=None, is_tls_first=False, password=None, port=0):
        self.context = None
        if cert:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*map(str, cert))
        self.is_tls_first = is_tls_first
        self.password = password
        self.replies = {}
        self.manner = None
        self.mails = []
        self.lines = []   # all that was said to it, but for the mails
        self.was_tls = []
        self.n_accepted = 0
        self.ended = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        scheme = "smtps" if is_tls_first else "smtp"
        self.url = f"{scheme}://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def wait(self, n, seconds=20):
        """The mails, once there are @n."""
        return wait_until(lambda: self.mails[:] if len(self.mails) >= n else None, seconds,
                          f"{n} mails")

    def _accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.n_accepted += 1
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            with peer:
                peer.settimeout(60)
                if self.manner:
                    self._linger(peer)
                else:
                    Session(self, peer).run()
        except (OSError, ValueError, EOFError):
            pass  # the client went away, or wants no TLS of ours: a test sees what came of it

    def _linger(self, peer):
        while not self.ended.wait(0.2):
            if self.manner == "drip":
                peer.sendall(b"2")
            elif self.manner is None:
                return


class Session:
    """One connection."""

    def __init__(self, receiver, peer):
        self.receiver, self.peer = receiver, peer
        self.is_tls = False
        self.sender, self.recipients = None, []

    def start_tls(self):
        self.peer = self.receiver.context.wrap_socket(self.peer, server_side=True)
        self.is_tls = True

    def line(self):
        line = self.file.readline(65536)
        if not line.endswith(b"\r\n"):
            raise EOFError
        return line[:-2]

    def say(self, verb, text):
        reply = self.receiver.replies.get(verb, text)
        self.peer.sendall(reply.encode() + b"\r\n")
        return reply == text

    def run(self):
        if self.receiver.is_tls_first:
            self.start_tls()
        self.file = self.peer.makefile("rb")
        if not self.say("greeting", "220 receiver"):
            return
        while True:
            line = self.line().decode()
            self.receiver.lines.append(line)
            verb, _, rest = line.partition(" ")
            answer = getattr(self, f"do_{verb.upper()}", None)
            if not answer:
                self.say(verb, "502 what?")
            elif answer(rest):
                return

    def do_EHLO(self, _):
        offers = []
        if self.receiver.context and not self.is_tls:
            offers.append("STARTTLS")
        if self.receiver.password:
            offers.append("AUTH PLAIN")
        text = "\r\n".join(["250-receiver", *(f"250-{offer}" for offer in offers), "250 8BITMIME"])
        self.say("EHLO", text)

    def do_STARTTLS(self, _):
        if self.say("STARTTLS", "220 go on"):
            self.start_tls()
            self.file = self.peer.makefile("rb")

    def do_AUTH(self, rest):
        text = rest.partition(" ")[2]
        if not text:
            self.peer.sendall(b"334 \r\n")
            text = self.line().decode()
        self.receiver.lines[-1] = "AUTH"
        _, user, password = base64.b64decode(text).decode().split("\0")
        self.receiver.user = user
        right = password == self.receiver.password
        self.say("AUTH", "235 welcome" if right else "535 no")

    def do_MAIL(self, rest):
        if self.say("MAIL", "250 yes"):
            self.sender, self.recipients = rest, []

    def do_RCPT(self, rest):
        if self.say("RCPT", "250 yes"):
            self.recipients.append(rest)

    def do_DATA(self, _):
        if not self.say("DATA", "354 go on"):
            return
        lines = []
        while (line := self.line()) != b".":
            lines.append(line[1:] if line.startswith(b".") else line)
        raw = b"\r\n".join(lines) + b"\r\n"
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        mail.raw, mail.sender, mail.recipients = raw, self.sender, self.recipients
        if self.say("end", "250 taken"):
            self.receiver.was_tls.append(self.is_tls)
            self.receiver.mails.append(mail)

    def do_RSET(self, _):
        self.say("RSET", "250 yes")

    def do_QUIT(self, _):
        self.say("QUIT", "221 bye")
        return True
