"""Shut a process in, for good: its memory, its files, its network, its signals. For Linux, without root.

Landlock says which folders can be read and written, seccomp which system calls there are, rlimits how much there is of
everything; root loses what makes it root. All of it holds for the process that asks for it and cannot be taken back.
What is left to see of the rest of the machine is that a file of a given name exists, its size and its times.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from course_utils.grading.run.limits import MB, Limits

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


def missing() -> list[str]:
    """Name what this system cannot confine; nothing on Linux since 6.12."""
    if sys.platform != "linux":
        return [f"anything: only Linux can shut a process in, and this is {platform.system()}"]
    found = []
    abi = _landlock_abi()
    if platform.machine() not in ("x86_64", "aarch64"):
        found.append(f"processes and the network: the system calls of {platform.machine()} are not known here")
    elif not _has_libseccomp():
        found.append(f"processes and the network: {_LIBSECCOMP} is not installed (apt: libseccomp2, dnf: libseccomp)")
    if abi < 1:
        found.append("files: this kernel has no Landlock")
    elif abi < _SCOPED:
        found.append("signals to other processes: Landlock learned that in Linux 6.12")
    return found


def confine(limits: Limits, readable: Iterable[str], writable: Iterable[str], confined: bool) -> None:
    """Shut the calling process in; it dies with its parent.

    Raises:
        OSError: something of it cannot be had on this machine.
    """
    if confined and (found := missing()):
        raise OSError(f"not confined would be: {'; '.join(found)}")
    if sys.platform != "linux":
        return
    _libc("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL)
    _limit(limits)
    if not confined:
        return
    _libc("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _drop_capabilities()
    _shut_files(readable, writable)
    _shut_system_calls()


@cache
def limit_memory(more: int) -> None:
    """Let this process, and what it starts, have no more memory than it has now and so many MB; for good, and once."""
    if sys.platform == "linux":
        _at_most(resource.RLIMIT_AS, _with_more(more))


@contextmanager
def memory_limited(more: int) -> Iterator[None]:
    """Let this process have no more memory than it has now and so many MB, for the time being."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux" and before[0] == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_AS, (_with_more(more), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _with_more(more: int) -> int:
    """Give the address space that this process has, and so many MB."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + more * MB


def _limit(limits: Limits) -> None:
    _at_most(resource.RLIMIT_AS, _with_more(limits.memory))
    _at_most(resource.RLIMIT_CPU, limits.notebook)
    _at_most(resource.RLIMIT_FSIZE, limits.disk * MB)
    _at_most(resource.RLIMIT_CORE, 0)
    _at_most(resource.RLIMIT_NOFILE, 512)
    # A write that goes beyond the limit should be an error in Python, not the end of the process.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _at_most(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (most, most))


def _drop_capabilities() -> None:
    """Leave root, if it is that, with the rights of the owner of its files."""
    version_3, this_process = 0x20080522, 0
    _libc("capset", struct.pack("Ii", version_3, this_process), bytes(24))


def _libc(name: str, *args: object) -> int:
    result = ctypes.CDLL(None, use_errno=True)[name](*args)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name} {args[0]}: {os.strerror(number)}")
    return result


# --- Landlock: files, and signals -----------------------------------------------------------------------------------

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all machines
_SCOPED = 6  # the first version that can shut signals in
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE = 1 << 14
_ALL = (1 << 16) - 1
_MAKE_DEVICES = (1 << 6) | (1 << 11)  # character and block devices
_TCP = 3  # bind and connect
_SCOPES = 3  # abstract sockets and signals


def _landlock_abi() -> int:
    return max(ctypes.CDLL(None).syscall(_CREATE_RULESET, None, 0, 1), 0)


def _shut_files(readable: Iterable[str], writable: Iterable[str]) -> None:
    shut = struct.pack("QQQ", _ALL, _TCP, _SCOPES)
    ruleset = _libc("syscall", _CREATE_RULESET, shut, len(shut), 0)
    for path in readable:
        _allow(ruleset, path, _READ_FILE | _READ_DIR)
    for path in writable:
        _allow(ruleset, path, _ALL & ~_EXECUTE & ~_MAKE_DEVICES)
    _libc("syscall", _RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no right
    try:
        if not Path(path).is_dir():
            rights &= _READ_FILE | _WRITE_FILE | _TRUNCATE
        _libc("syscall", _ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


# --- seccomp: system calls ------------------------------------------------------------------------------------------

_LIBSECCOMP = "libseccomp.so.2"
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_FOREIGN = 2  # the attribute that says what becomes of the calls of other machines, such as 32-bit ones
_DIFFERS, _MASKED = 1, 7  # how an argument is compared
_INT = 0xFFFFFFFF  # the bits of it that the kernel looks at
_CLONE_THREAD = 0x00010000

_REFUSED = {
    *("fork", "vfork", "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "kcmp"),
    *("tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal", "pidfd_open", "pidfd_getfd"),
    *("unshare", "setns", "chroot", "pivot_root", "mount", "umount2", "swapon", "mknod", "mknodat"),
    *("open_tree", "move_mount", "fsopen", "fsmount", "mount_setattr", "open_by_handle_at"),
    *("chown", "fchown", "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
    *("removexattr", "lremovexattr", "fremovexattr", "removexattrat"),
    *("setrlimit", "setpriority", "ioprio_set", "sched_setaffinity", "sched_setattr"),
    *("shmget", "msgget", "semget", "mq_open", "memfd_create", "memfd_secret", "userfaultfd", "io_uring_setup"),
    *("inotify_init", "inotify_init1", "fanotify_init", "perf_event_open", "bpf", "keyctl", "add_key", "request_key"),
    *("init_module", "finit_module", "reboot", "sethostname", "settimeofday"),
}
# Landlock leaves rights, owners and times of files to whoever owns them. These calls do nothing, and say that all is
# well: shutil.copy asks for them, and zmq for the scheduling that it has.
_DO_NOTHING = {
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "utime", "utimes", "futimesat", "utimensat"),
    *("sched_setscheduler", "sched_setparam"),
}
# libseccomp may be older than these; they have the same numbers everywhere.
_YOUNG = {
    **{"pidfd_send_signal": 424, "io_uring_setup": 425, "open_tree": 428, "move_mount": 429, "fsopen": 430},
    **{"fsmount": 432, "pidfd_open": 434, "clone3": 435, "pidfd_getfd": 438, "mount_setattr": 442},
    **{"memfd_secret": 447, "fchmodat2": 452, "setxattrat": 463, "removexattrat": 466},
}


def _has_libseccomp() -> bool:
    try:
        return bool(ctypes.CDLL(_LIBSECCOMP))
    except OSError:
        return False


def _shut_system_calls() -> None:
    """Refuse: other processes, programs, files' rights, most sockets, and the kernel's stranger corners."""
    library = ctypes.CDLL(_LIBSECCOMP)
    library.seccomp_init.restype = ctypes.c_void_p
    filters = ctypes.c_void_p(library.seccomp_init(_ALLOW))
    results = [library.seccomp_attr_set(filters, _FOREIGN, _ERRNO | errno.ENOSYS)]
    for name, error, *condition in _refusals():
        number = _YOUNG.get(name) or library.seccomp_syscall_resolve_name(name.encode())
        if number == -1:
            raise OSError(f"this {_LIBSECCOMP} does not know the system call {name}")
        when = b"".join(condition)
        results.append(library.seccomp_rule_add_array(filters, _ERRNO | error, number, len(condition), when))
    results.append(library.seccomp_load(filters))
    if failed := [os.strerror(-result) for result in results if result]:
        raise OSError(f"{_LIBSECCOMP}: {failed[0]}")


def _refusals() -> Iterator[tuple]:
    """Give each refused call, its error, and the condition under which it is refused, if there is one."""
    yield from ((name, errno.EPERM) for name in _REFUSED)
    yield from ((name, 0) for name in _DO_NOTHING)
    yield "connect", errno.EOPNOTSUPP
    yield "clone3", errno.ENOSYS  # then clone is called, whose flags can be seen
    yield "clone", errno.EPERM, _if(0, _MASKED, _CLONE_THREAD, 0)  # threads are welcome, processes are not
    for name in ("socket", "socketpair"):  # streams within this machine are welcome
        yield name, errno.EOPNOTSUPP, _if(0, _DIFFERS, socket.AF_UNIX)
        for kind in set(range(16)) - {socket.SOCK_STREAM}:
            yield name, errno.EOPNOTSUPP, _if(1, _MASKED, 0xF, kind)
    for name in ("kill", "tgkill"):  # only itself
        yield name, errno.EPERM, _if(0, _DIFFERS, os.getpid())
    yield "prctl", errno.EPERM, _if(0, _MASKED, _INT, _PR_SET_PDEATHSIG)  # it is to die with its parent
    # Looking at one's own limits is no harm; setting them could stop the process's own clean-up.
    yield "prlimit64", errno.EPERM, _if(2, _DIFFERS, 0)


def _if(argument: int, comparison: int, *values: int) -> bytes:
    return struct.pack("IIQQ", argument, comparison, *values, *[0] * (2 - len(values)))
