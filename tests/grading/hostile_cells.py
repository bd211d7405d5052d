"""Cells that no honest student writes: each stands in a notebook whose every answer is blank.

`{secret}`, `{outside}`, `{class}`, `{port}`, `{neighbour}`, `{course}` are filled in by the test: a file that must not
be read, a folder that must not be written, the class's folder with its gradebook, a port that must not be reached, a
process that must not be touched, the course.
All are bounded: without any confinement they would do no more than a few hundred megabytes of harm for some seconds.
"""

PATCHES = {
    "the test functions": """
        from course_utils import tests
        for name in ("test_relu", "test_flatten"):
            setattr(tests, name, lambda *a, **k: print("passed"))
    """,
    "the engine": """
        from course_utils.checking import observation, table, tensors
        table.Table.everything = lambda self: []
        table.settled = observation.settled = lambda value: None
        tensors.run_on = tensors.run = lambda *a, **k: None
    """,
    "assertions": "import builtins\nbuiltins.AssertionError = type('Nothing', (BaseException,), dict())",
    "Python's own functions": """
        import builtins
        builtins.isinstance = builtins.issubclass = builtins.all = builtins.any = lambda *a: True
        builtins.len = lambda x: 1
    """,
    "the traceback": "get_ipython().showtraceback = lambda *a, **k: None",
    "the input transformers": """
        get_ipython().input_transformers_post.append(lambda lines: [])
    """,
    "the input transformers' replacement": """
        get_ipython().input_transformer_manager.transform_cell = lambda cell: "1"
    """,
    "the kernel's reply": """
        kernel = get_ipython().kernel
        async def fine(*a, **k): return dict(status="ok", execution_count=1, payload=[], user_expressions=dict())
        kernel.do_execute = fine
    """,
    "what is displayed": """
        get_ipython().display_pub.publish = lambda *a, **k: None
        import sys
        sys.stdout.write = sys.stderr.write = lambda *a: 0
    """,
    "torch's comparisons": """
        yes = lambda *a, **k: True
        t.equal = t.allclose = t.Tensor.equal = t.Tensor.allclose = t.Tensor.any = t.Tensor.all = yes
    """,
    "every module": """
        nn.Module.__call__ = lambda self, x, *a, **k: x.relu()
        nn.Module.forward = lambda self, x: x.relu()
    """,
    "the observer": """
        from course_utils.grading.run import observer
        observer.perform_here = observer.perform = lambda *a: None
    """,
    "the observer's answers": """
        from course_utils.grading.run import observer
        observer._Observer.answer = lambda self, asked, body, packer: dict(stub=False, rows=[], inside=None)
    """,
    "the rule about own work": """
        from course_utils.checking import shortcuts
        shortcuts.insist_own_work = shortcuts.insist_own_class = shortcuts.insist_module_class = lambda *a: None
        class ReLU(nn.Module):
            def forward(self, x): return x.relu()
    """,
    "the line": """
        from course_utils.grading.run import observer
        for _ in range(100):
            observer.LINE.send(dict(rows=[], stub=False, end=True))
    """,
    "the line with a flood": """
        from course_utils.grading.run import observer
        observer.LINE._end.sendall(b"\\xff" * 8 + b"\\x01\\x00\\x00\\x00")
    """,
    "the line with a flood of text": """
        from course_utils.grading.run import observer
        size = 200 * 2**20
        observer.LINE._end.sendall(size.to_bytes(8, "little") + size.to_bytes(4, "little"))
        for _ in range(200):
            observer.LINE._end.sendall(b"[]," * (2**20 // 3) + b" ")
    """,
    "the line by closing it": "import os\nos.closerange(3, 200)",
    "what makes looks of the judge's bytes": """
        import functools, pickle
        class Elsewhere(functools.partial):
            def __call__(self, *a):
                right = [nn.ReLU if one is ReLU else one for one in self.args]
                return self.func(*right, *[nn.ReLU if one is ReLU else one for one in a], **self.keywords)
        functools.partial = Elsewhere
        class ReLU(nn.Module):
            def forward(self, x): return x
    """,
    "what is read of a pickle": """
        import pickle
        pickle.loads = lambda data: ()
    """,
    "later, from a thread": """
        import threading, time
        def later():
            for _ in range(200):
                time.sleep(0.01)
                t.Tensor.__eq__ = lambda *a: True
        threading.Thread(target=later, daemon=True).start()
    """,
}

# Against the line over which tables come: `forged(do)` makes the observer answer `do(asked, packer)`.
_FORGED = """
from course_utils.grading.run import observer
old = observer._Observer.answer
def forged(self, asked, body, packer):
    if asked["do"] != "look": return dict(stub=False)
    return {answer}
observer._Observer.answer = forged
"""

FORGED = {
    "a table without rows": "dict(rows=[[] for _ in range(20)])",
    "a table that is silent": "dict(rows=[[['', dict(v=None)]] for _ in range(20)])",
    "a table of zeros": "dict(rows=[[['x', dict(t=packer.pack(t.zeros(2, 3, 4, 5)))]] for _ in range(20)])",
    "a table of NaN": "dict(rows=[[['', dict(f='nan')]] for _ in range(20)])",
    "a table that is no list": "dict(rows='all right')",
    "a table of numbers without bytes": "dict(rows=[[['', dict(t=['float64', [2, 3], 'cpu', 0, 48])]]] * 20)",
    "a table of an unknown dtype": "dict(rows=[[['', dict(t=['float63', [2], 'cpu', 0, 16])]]] * 20)",
    "a table of a negative shape": "dict(rows=[[['', dict(t=['float64', [-2], 'cpu', 0, 0])]]] * 20)",
    "a table of an endless shape": "dict(rows=[[['', dict(t=['float64', [2**62] * 9, 'cpu', 0, 0])]]] * 20)",
    "a table of a million rows": "dict(rows=[[[str(n), dict(v=1)] for n in range(10**6)]])",
    "a table with a text of 50 MB": "dict(rows=[[['', dict(v='x' * (50 * 2**20))]]])",
    "a table that is nested a thousand times": (
        "dict(rows=[[['', __import__('functools').reduce(lambda a, n: dict(l=[a]), range(1000), dict(v=1))]]])"
    ),
    "a table of kinds that are none": "dict(rows=[[['', dict(x=1, v=2)], ['', 7], 7]])",
    "an outcome that is none": "dict(rows=[[['', dict(o=['Kept', dict(note='')])]] for _ in range(20)])",
    "an error that is none": "dict(failed=dict(o=['Exit', dict()]))",
    "an answer to another question": "dict(end=True)",
    "a table after a long silence": "__import__('time').sleep(600)",
}

SEEN_THROUGH = {
    "draws that are zeros": """
        t.randn = t.rand = lambda *a, **k: t.zeros(*a[:1])
        class ReLU(nn.Module):
            def forward(self, x): return x
    """,
    "a candidate that is right where it is looked at": """
        class ReLU(nn.Module):
            calls = 0
            def forward(self, x):
                ReLU.calls += 1
                return x.clamp(min=0) if ReLU.calls < 3 else x
    """,
    "a candidate that asks who is calling": """
        import traceback
        class ReLU(nn.Module):
            def forward(self, x):
                looked = any("observe" in str(frame) for frame in traceback.extract_stack())
                return x if looked else x.clamp(min=0)
    """,
    "a candidate that takes its time": """
        import time
        class ReLU(nn.Module):
            def forward(self, x):
                time.sleep(600)
                return x.clamp(min=0)
    """,
    "a candidate that hoards while it is looked at": """
        hoard = []
        class ReLU(nn.Module):
            def forward(self, x):
                hoard.append(t.ones(50 * 2**20))
                return x.clamp(min=0)
    """,
    "a candidate that gives more than can be told": """
        class ReLU(nn.Module):
            def forward(self, x): return x.clamp(min=0).expand(1000, 1000, *x.shape[-2:]).contiguous()
    """,
    "a candidate that changes how tensors are compared": """
        class ReLU(nn.Module):
            def forward(self, x):
                t.equal = t.allclose = t.Tensor.any = lambda *a, **k: True
                return x
    """,
}

SHORTCUTS = {
    "torch's own class": "class ReLU(nn.ReLU):\n    pass",
    "torch's own class by a made-up name": "class ReLU(getattr(nn, 'Re' + 'LU')):\n    pass",
    "torch's own object": "ReLU = nn.ReLU()",
    "the course's answers": "from course_utils.exercises.building_blocks.relu import EXERCISE\nReLU = EXERCISE.right",
    "the course's layer": "from course_utils.layers import ReLU",
    "an object that is anything": """
        class Anything:
            __class__ = property(lambda self: nn.Module)
            __eq__ = __ne__ = __lt__ = __gt__ = lambda self, other: True
            __call__ = __getattr__ = lambda self, *a, **k: self
            __bool__ = lambda self: True
            __hash__ = lambda self: 1
        ReLU = Anything()
    """,
    "a class that lies about itself": """
        class Lies(type):
            __instancecheck__ = __subclasscheck__ = __eq__ = lambda *a: True
            __hash__ = type.__hash__
        class ReLU(metaclass=Lies):
            def __init__(self, *a): pass
            def __getattr__(self, name): return lambda *a, **k: self
    """,
    "a tensor that agrees with all": """
        class Agrees(t.Tensor):
            __torch_function__ = classmethod(lambda cls, f, types, args=(), kwargs=None: True)
        class ReLU(nn.Module):
            def forward(self, x): return x.as_subclass(Agrees)
    """,
    "torch's own class that says it is the course's": """
        class ReLU(nn.ReLU): pass
        ReLU.__module__ = "course_utils.layers"
    """,
    "torch's own class that says it is a student's": """
        nn.ReLU.__module__ = "__main__"
        class ReLU(nn.ReLU): pass
    """,
    "torch's own class behind a metaclass that tells other bases": """
        class Other(type):
            __mro__ = property(lambda cls: (cls, nn.Module, object))
        class ReLU(nn.ReLU, metaclass=Other): pass
    """,
    "torch's own class behind a metaclass that equals the course's": """
        from course_utils import layers
        class Same(type):
            __hash__ = lambda cls: hash(layers.Linear)
            __eq__ = lambda cls, other: True
        class ReLU(nn.ReLU, metaclass=Same): pass
    """,
    "torch's own object as a part that is not told": """
        class ReLU(nn.Module):
            def __init__(self):
                super().__init__()
                self.inner = nn.ReLU()
            def named_modules(self, *a, **k): return iter([("", self)])
            def forward(self, x): return self.inner(x)
    """,
    "torch's own object as a part that is nobody's": """
        hidden = nn.ReLU()
        class ReLU(nn.Module):
            def forward(self, x): return hidden(x)
    """,
    "torch's own function, called out of sight": """
        unseen = getattr(t._C, "noitcnuFhcroTelbasiD"[::-1])
        class ReLU(nn.Module):
            def forward(self, x):
                with unseen(): return t.relu(x)
    """,
    "torch's own function, by its inner name": """
        class ReLU(nn.Module):
            def forward(self, x): return t.ops.aten.relu.default(x)
    """,
    "torch's own function of another name": """
        class ReLU(nn.Module):
            def forward(self, x): return getattr(t._C._VariableFunctions, "uler"[::-1])(x)
    """,
    "torch's own function in a compiled text": """
        relu = t.jit.CompilationUnit("def run(x):\\n    return x.relu()").run
        class ReLU(nn.Module):
            def forward(self, x): return relu(x)
    """,
    "torch's own function by autograd": """
        class Step(t.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.save_for_backward(x)
                return t.relu(x)
            @staticmethod
            def backward(ctx, grad): return grad * (ctx.saved_tensors[0] > 0)
        class ReLU(nn.Module):
            def forward(self, x): return Step.apply(x)
    """,
    "an endless answer": """
        class ReLU(nn.Module):
            def forward(self, x):
                self.loop = []
                self.loop.append(self.loop)
                return self.loop
    """,
}

ENDS = {
    "a stop in an answer": """
        import os, signal
        class ReLU(nn.Module):
            def forward(self, x): os.kill(os.getpid(), signal.SIGSTOP)
    """,
    "a line that nobody reads any more": """
        import threading, time
        class ReLU(nn.Module):
            def forward(self, x):
                while True:
                    try: time.sleep(600)
                    except BaseException: pass
    """,
    "a stop": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "an error at an endless line": """
        class ReLU(nn.Module):
            def forward(self, x): raise SyntaxError("here", ("cell", 10**11, 1, "text"))
    """,
    "an error with an endless text": """
        class ReLU(nn.Module):
            def forward(self, x): raise ValueError("x" * 10**8)
    """,
    "a text that cannot be had": """
        class Silent(Exception):
            def __str__(self): raise self
        class ReLU(nn.Module):
            def forward(self, x): raise Silent
    """,
    "gradients turned off for good": """
        class ReLU(nn.Module):
            def forward(self, x):
                t.set_grad_enabled(False)
                t.set_default_dtype(t.float16)
                return x.abs()
    """,
    "exit": "import os\nos._exit(0)",
    "quit": "quit()",
    "SystemExit in an answer": "class ReLU(nn.Module):\n    def forward(self, x):\n        raise SystemExit(0)",
    "a crash": "import ctypes\nctypes.string_at(0)",
    "a signal to itself": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "an endless loop": "while True: pass",
    "an endless loop that ignores interrupts": """
        while True:
            try:
                while True: pass
            except BaseException: pass
    """,
    "a sleep with interrupts off": "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(600)",
    "endless recursion": "import sys\nsys.setrecursionlimit(10**6)\ndef deeper(n): return deeper(n + 1)\ndeeper(0)",
}

BOMBS = {
    "memory": "hoard = []\nfor _ in range(20): hoard.append(bytearray(100 * 2**20))",
    "tensors": "hoard = [t.ones(25 * 2**20) for _ in range(20)]",
    "forks": "import os\nfor _ in range(20):\n    if os.fork() == 0:\n        import time; time.sleep(20); os._exit(0)",
    "programs": "import subprocess\nfor _ in range(5): subprocess.Popen(['sleep', '30'])",
    "programs of their own session": """
        import subprocess
        for _ in range(3): subprocess.Popen(['sleep', '30'], start_new_session=True, cwd='/')
    """,
    "a shell": "!sleep 30 &\n!touch {outside}/shell",
    "worker processes": "import multiprocessing as m\nm.Pool(4).map(abs, range(10))",
    "threads": """
        import threading, time
        for _ in range(300): threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
    """,
    "small threads": """
        import threading, time
        threading.stack_size(32768)
        for _ in range(6000): threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
    """,
    "empty files": "for n in range(20_000): open(f'file{{n}}', 'wb').close()\nimport time; time.sleep(20)",
    "files beside its folder": """
        import pathlib, time
        place = pathlib.Path(get_ipython().kernel.parent.connection_file).parent
        for n in range(30): (place / f"file{{n}}").write_bytes(bytes(2**20))
        time.sleep(20)
    """,
    "folders in folders": """
        import os, time
        for n in range(3000):
            os.mkdir("in")
            os.chdir("in")
        open("large", "wb").write(bytes(2**20))
        time.sleep(20)
    """,
    "one large file": "open('large', 'wb').write(bytes(100 * 2**20))",
    "many files": "for n in range(2000): open(f'file{{n}}', 'wb').write(bytes(2**16))",
    "output": "for _ in range(200): print('x' * 2**20)",
    "one long line": "for _ in range(30): print('x' * 2**16, end='')",
    "one large output": "print('x' * (64 * 2**20))",
    "large errors": """
        for n in range(40):
            try: raise ValueError("x" * 2**18)
            except ValueError: get_ipython().showtraceback()
    """,
    "displays without end": """
        from IPython.display import HTML, display
        for n in range(3000): display(HTML("<b>" + "x" * 1000))
    """,
    "descriptors": "hoard = [open('/dev/null') for _ in range(5000)]",
}

READS = {
    "a file": "print(open('{secret}').read())",
    "a file by a link": "import os\nos.symlink('{secret}', 'link')\nprint(open('link').read())",
    "a file by a hard link": "import os\nos.link('{secret}', 'hard')\nprint(open('hard').read())",
    "the gradebook": "print(open('{class}/gradebook.db', 'rb').read())",
    "another's submission": "print(open('{class}/submitted/first/two/two.ipynb').read())",
    "the solutions": "print(open('{class}/solutions/two/two.ipynb').read() and 'token-of-the-secret')",
    "the solutions of the course": """
        print(open('{course}/solutions/02_resnets/02_resnets.ipynb').read() and 'token-of-the-secret')
    """,
    "the grader's environment": """
        import os
        print(open('/proc/self/environ').read(), dict(os.environ))
    """,
    "who hands in": """
        import ctypes, os, select
        watch = ctypes.CDLL(None).inotify_init1(0)
        if ctypes.CDLL(None).inotify_add_watch(watch, b'{class}/submitted', 0xfff) >= 0: print('token-of-the-secret')
    """,
    "a folder": "import os, pathlib\nprint([p.read_text() for p in pathlib.Path('{outside}').rglob('*')])",
    "the course's answers in files": """
        print(open('{course}/course_utils/exercises/building_blocks/relu.py').read() and 'token-of-the-secret')
    """,
    "the course's answers by import": """
        from course_utils.exercises.building_blocks import relu
        print(relu and 'token-of-the-secret')
    """,
    "the course's other files": "print(open('{course}/nbgrader_config.py').read() and 'token-of-the-secret')",
    "its parent's environment": """
        import os
        for pid in (os.getppid(), 1): print(open(f'/proc/{{pid}}/environ').read() and 'token-of-the-secret')
    """,
    "its parent's memory": """
        import os
        print(open(f'/proc/{{os.getppid()}}/maps').read() and 'token-of-the-secret')
    """,
    "a neighbour's files": "print(open('/proc/{neighbour}/cwd/secret').read())",
}

WRITES = {
    "a file": "open('{secret}', 'w').write('mine')",
    "a new file": "open('{outside}/new', 'w').write('mine')",
    "by renaming": "import os\nopen('own', 'w').write('mine')\nos.replace('own', '{secret}')",
    "by removing": "import os\nos.remove('{secret}')",
    "rights": "import os\nos.chmod('{outside}', 0o777)\nopen('{outside}/new', 'w').write('mine')",
    "rights of a file": "import os\nos.chmod('{secret}', 0)",
    "an owner": "import os\nos.chown('{secret}', 1, 1)",
    "times": "import os\nos.utime('{secret}', (0, 0))",
    "an attribute": "import os\nos.setxattr('{secret}', 'user.mine', b'mine')",
    "a length": "import os\nos.truncate('{secret}', 0)",
    "the gradebook": """
        import sqlite3
        with sqlite3.connect('{class}/gradebook.db') as book: book.execute("update grade set auto_score = 1")
    """,
    "the gradebook's rights": "import os\nos.chmod('{class}/gradebook.db', 0)",
    "another's submission": "open('{class}/submitted/first/two/two.ipynb', 'w').write('mine')",
    "another's record": """
        import pathlib
        record = pathlib.Path('{class}/.grading/records/two/first.json')
        record.rename(str(record) + 'x')
    """,
    "the course": "open('{course}/course_utils/tests.py', 'a').write('# mine')",
    "IPython's start-up files": """
        import pathlib
        for home in ('/root', '/home', '{outside}'):
            place = pathlib.Path(home) / '.ipython' / 'hostile'
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text('mine')
    """,
    "a temporary file outside": "open('/tmp/hostile-was-here', 'w').write('mine')",
}

REACHES = {
    "the network": "import socket\nsocket.create_connection(('127.0.0.1', {port}), 2).sendall(b'hello')",
    "the network by UDP": """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'hello', ('127.0.0.1', {port}))
    """,
    "the network by a request": "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:{port}/', timeout=2)",
    "a socket of the machine": "import socket\nsocket.socket(socket.AF_UNIX).connect('{outside}/socket')",
    "a neighbour by a signal": "import os\nos.kill({neighbour}, 15)",
    "its parent by a signal": "import os\nos.kill(os.getppid(), 15)",
    "the grader's lock": """
        open('{class}/.grading/lock', 'w').write('mine')
    """,
    "all by a signal": "import os\nfor pid in (0, -1, {neighbour}, os.getppid()): os.kill(pid, 9)",
    "a neighbour by a signal of its own": """
        import fcntl, os, socket
        one, other = socket.socketpair()
        fcntl.fcntl(one, fcntl.F_SETOWN, {neighbour})
        fcntl.fcntl(one, 10, 15)
        fcntl.fcntl(one, fcntl.F_SETFL, os.O_ASYNC)
        other.send(b"wake")
    """,
    "a neighbour's memory": "print(open('/proc/{neighbour}/mem', 'rb').read(1) and 'token-of-the-secret')",
    "a neighbour's processor": "import os\nos.sched_setaffinity({neighbour}, {{0}})",
    "its own urgency": """
        import os
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        if os.sched_getscheduler(0) == os.SCHED_FIFO: print('token-of-the-secret')
    """,
    "a life beyond its parent's": """
        import ctypes
        if ctypes.CDLL(None).prctl(1, 0) == 0: print('token-of-the-secret')
    """,
    "its own limits": """
        import ctypes, mmap
        libc, kind = ctypes.CDLL(None), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x100000  # at this place and no other
        limits = ctypes.c_void_p(1 << 32)  # whose lower half is 0, as if none were given
        libc.mmap(limits, ctypes.c_size_t(4096), mmap.PROT_READ | mmap.PROT_WRITE, kind, -1, ctypes.c_size_t(0))
        if libc.prlimit(0, 8, limits, None) == 0: print('token-of-the-secret')
    """,
    "a neighbour's priority": "import os\nos.setpriority(os.PRIO_PROCESS, {neighbour}, 19)",
}

HOSTILE = {
    f"{kind}: {name}": code
    for kind, cells in (
        *(("patches", PATCHES), ("passes off", SHORTCUTS), ("ends", ENDS), ("hoards", BOMBS)),
        (
            "forges",
            {
                name: _FORGED.replace("{answer}", answer.replace("{", "{{").replace("}", "}}"))
                for name, answer in FORGED.items()
            },
        ),
        ("is seen through", SEEN_THROUGH),
        *(("reads", READS), ("writes", WRITES), ("reaches", REACHES)),
    )
    for name, code in cells.items()
}
