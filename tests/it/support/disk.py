"""Runs a command whose n-th change of the disk below a folder goes wrong.

    disk.py REPORT FOLDER NUMBER FAULT COMMAND...

Every system call that changes something below FOLDER is held until this process has counted it (seccomp's user
notification, which needs no privileges). The one of NUMBER, from 1, is not made:

    kill   the command is killed there
    once   it answers with an input/output error
    full   it answers that no space is left, and so does all that follows and needs space
    never  it is made after all

REPORT gets the number of changes and, in the second line, the one that went wrong. The exit code is the command's, and
that of a shell for a signal.
"""

import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import socket
import struct
import sys

# Name: number on x86-64 (None: there is none), on 64-bit ARM; which argument is a file descriptor, which a path.
CALLS = {
    "write": (1, 64, 0, None),
    "pwrite64": (18, 68, 0, None),
    "writev": (20, 66, 0, None),
    "sendfile": (40, 71, 0, None),
    "fsync": (74, 82, 0, None),
    "fdatasync": (75, 83, 0, None),
    "ftruncate": (77, 46, 0, None),
    "syncfs": (306, 267, 0, None),
    "copy_file_range": (326, 285, 2, None),
    "open": (2, None, None, 0),
    "openat": (257, 56, None, 1),
    "rename": (82, None, None, 1),
    "renameat": (264, 38, None, 3),
    "renameat2": (316, 276, None, 3),
    "link": (86, None, None, 1),
    "linkat": (265, 37, None, 3),
    "mkdir": (83, None, None, 0),
    "mkdirat": (258, 34, None, 1),
    "unlink": (87, None, None, 0),
    "unlinkat": (263, 35, None, 1),
    "rmdir": (84, None, None, 0),
}
ARCHITECTURES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
COLUMN, AUDIT_ARCH, SECCOMP = ARCHITECTURES[platform.machine()]
NAMES = {call[COLUMN]: name for name, call in CALLS.items() if call[COLUMN] is not None}
NEED_NO_SPACE = {"unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2", "fsync", "fdatasync", "syncfs", "ftruncate"}

ALLOW, NOTIFY, CREATE = 0x7FFF0000, 0x7FC00000, os.O_CREAT
RECEIVE, ANSWER, CONTINUE = 0xC0502100, 0xC0182101, 1


def listened():
    """Has all that this process and what it becomes asks of the kernel pass by a listener, which is given back."""
    libc = ctypes.CDLL(None, use_errno=True)

    def step(code, value, there=0, else_there=0):
        return struct.pack("HBBI", code, there, else_there, value)

    load, equal, any_bit, give = 0x20, 0x15, 0x45, 0x06
    program = [step(load, 4), step(equal, AUDIT_ARCH, 1, 0), step(give, ALLOW), step(load, 0)]
    for number, name in NAMES.items():
        if name in ("open", "openat"):
            flags = 16 + 8 * (1 if name == "open" else 2)
            program += [step(equal, number, 0, 4), step(load, flags), step(any_bit, CREATE, 0, 1), step(give, NOTIFY), step(give, ALLOW)]
        else:
            program += [step(equal, number, 0, 1), step(give, NOTIFY)]
    program.append(step(give, ALLOW))
    steps = ctypes.create_string_buffer(b"".join(program))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(steps)))
    if libc.prctl(38, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    listener = libc.syscall(SECCOMP, 1, 8, program)
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


def text_at(thread, address):
    with open(f"/proc/{thread}/mem", "rb", buffering=0) as memory:
        memory.seek(address)
        found = b""
        while b"\0" not in found:
            # Not beyond a page that may be the last.
            here = address + len(found)
            found += memory.read(4096 - here % 4096)
        return found.split(b"\0")[0].decode(errors="replace")


def changed(thread, name, arguments):
    """The file that a call changes."""
    _, _, descriptor, path = CALLS[name]
    if path is None:
        return os.readlink(f"/proc/{thread}/fd/{arguments[descriptor] & 0xFFFFFFFF}")
    path, folder = text_at(thread, arguments[path]), f"/proc/{thread}/cwd"
    if not path.startswith("/"):
        if name.endswith(("at", "at2")):
            above = ctypes.c_int(arguments[CALLS[name][3] - 1] & 0xFFFFFFFF).value
            folder = folder if above == -100 else f"/proc/{thread}/fd/{above}"
        path = os.path.join(os.readlink(folder), path)
    return path


def main():
    report, folder, number, fault, *command = sys.argv[1:]
    folder, number = os.path.realpath(folder) + "/", int(number)
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        try:
            socket.send_fds(theirs, [b"."], [listened()])
            os.execv(command[0], command)
        finally:
            os._exit(99)
    theirs.close()
    _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    if not descriptors:
        sys.exit("the kernel has no user notification")
    listener, count, hit, is_full = descriptors[0], 0, "", False
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    while True:
        events = poll.poll()
        if not any(event & select.POLLIN for _, event in events):
            break
        call = bytearray(80)
        try:
            fcntl.ioctl(listener, RECEIVE, call)
            identity, thread, _, nr, _, _, *arguments = struct.unpack("QIIiIQ6Q", call)
            name = NAMES[nr]
            file = changed(thread, name, arguments)
            error = 0
            if file.startswith(folder):
                count += 1
                if count == number and fault != "never":
                    hit, is_full = f"{name} {file[len(folder):]}", fault == "full"
                    if fault == "kill":
                        # Without an answer: with one, the call might be made yet.
                        os.kill(child, signal.SIGKILL)
                        continue
                    if fault == "once":
                        error = errno.EIO
                if is_full and name not in NEED_NO_SPACE:
                    error = errno.ENOSPC
            flags = 0 if error else CONTINUE
            fcntl.ioctl(listener, ANSWER, bytearray(struct.pack("QqiI", identity, 0, -error, flags)))
        except OSError:
            # The thread is gone with its process.
            continue
    _, status = os.waitpid(child, 0)
    with open(report, "w") as file:
        file.write(f"{count}\n{hit}\n")
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)


main()
