"""What becomes of a notebook between the student and the grader: files that have suffered, by accident or on purpose.

Each function gets a notebook in which both exercises of the little assignment are answered rightly, as parsed JSON, and
gives what is handed in instead. WHOLE earn both points; LOST cannot be graded, for the reason that stands beside them;
CHEATING have blank answers.
"""

import copy
import json

import nbformat

# --- right answers, mended: both points -------------------------------------------------------------------------------


def each_cell(change):
    def mangle(told):
        for cell in told["cells"]:
            change(cell)
        return told

    return mangle


def lose_metadata(cell):
    cell["metadata"] = {}


def lose_metadata_and_id(cell):
    cell["metadata"] = {}
    cell.pop("id", None)


def other_schema(version):
    def change(cell):
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = version

    return each_cell(change)


def more_points(cell):
    if cell["metadata"].get("nbgrader", {}).get("grade"):
        cell["metadata"]["nbgrader"] |= {"points": 1000, "locked": False}


def windows_lines(cell):
    cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


def tag(*tags):
    def change(cell):
        cell["metadata"]["tags"] = list(tags)

    return each_cell(change)


def tests_as_text(cell):
    if cell["metadata"].get("nbgrader", {}).get("grade"):
        cell["cell_type"] = "markdown"


def delete_tests(told):
    told["cells"] = [cell for cell in told["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade")]
    return told


def copy_each(told):
    told["cells"] = [copy.deepcopy(cell) for cell in told["cells"] for _ in range(2)]
    return told


def empty_tests(cell):
    if cell["metadata"].get("nbgrader", {}).get("grade"):
        cell["source"] = "print('all right')"


def through_colab(told):
    for cell in told["cells"]:
        cell.pop("id", None)
        cell["metadata"] |= {"id": "aBc123", "colab": {"base_uri": "https://localhost:8080/"}}
        cell |= {"source": "".join(cell["source"]).splitlines(keepends=True), "vscode": {"languageId": "python"}}
    return told | {"nbformat_minor": 0, "metadata": {"colab": {"provenance": []}, "accelerator": "GPU"}}


def through_vscode(told):
    """Save it as VS Code does, run: keys in the alphabet's order, texts as lists, errors with its colours."""
    outputs = [
        {"name": "stdout", "output_type": "stream", "text": ["one\n", "two\n"]},
        {"data": {"text/html": ["<b>✓</b>"], "text/plain": ["right"]}, "metadata": {}, "output_type": "display_data"},
        {
            "ename": "NameError",
            "evalue": "name 'data' is not defined",
            "output_type": "error",
            "traceback": [
                "\u001b[31mNameError\u001b[39m",
                "\u001b[36mCell\u001b[39m\u001b[32m In[3]\u001b[39m\u001b[32m, line 1\u001b[39m",
            ],
        },
    ]
    for number, cell in enumerate(told["cells"], start=1):
        cell |= {"execution_count": number, "outputs": outputs}
        cell |= {"source": "".join(cell["source"]).splitlines(keepends=True)}
        cell["metadata"] |= {"vscode": {"languageId": "python"}}
    kernel = {"display_name": ".venv (3.12.3)", "language": "python", "name": "python3"}
    language = {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.12.3",
    }
    told["cells"].append(
        {
            "cell_type": "markdown",
            "id": "8e6e2a0b",
            "metadata": {"vscode": {"languageId": "plaintext"}},
            "source": ["mine"],
        }
    )
    metadata = {
        "kernelspec": kernel,
        "language_info": language,
        "orig_nbformat": 4,
        "vscode": {"interpreter": {"hash": "31f2"}},
    }
    return json.loads(json.dumps(told | {"metadata": metadata}, sort_keys=True))


def other_kernel(told):
    return told | {"metadata": {"kernelspec": {"name": "bash", "display_name": "Bash", "language": "bash"}}}


def in_format_3(told):
    return json.loads(nbformat.writes(nbformat.convert(nbformat.from_dict(told), 3)))


def answers_as_raw_text(cell):
    if cell["metadata"].get("nbgrader", {}).get("solution"):
        cell["cell_type"] = "raw"


def strange_metadata(told):
    told["cells"][1]["metadata"]["tags"] = 7
    told["cells"][2]["metadata"]["nbgrader"] = "yes"
    return told


WHOLE = {
    "lost metadata": each_cell(lose_metadata),
    "lost metadata and ids": each_cell(lose_metadata_and_id),
    "an old schema": other_schema(1),
    "a newer schema": other_schema(99),
    "more points": each_cell(more_points),
    "Windows line ends": each_cell(windows_lines),
    "tags that skip execution": tag("skip-execution", "raises-exception"),
    "an empty tag": tag(""),
    "test cells turned to markdown": each_cell(tests_as_text),
    "deleted test cells": delete_tests,
    "duplicated cells": copy_each,
    "changed test cells": each_cell(empty_tests),
    "a Colab round trip": through_colab,
    "a VS Code round trip": through_vscode,
    "another kernel": other_kernel,
    "format 3": in_format_3,
    "format 5": lambda told: told | {"nbformat": 5},
    "format four": lambda told: told | {"nbformat": "four"},
    "no format": lambda told: told | {"nbformat": None},
    "answers turned to raw text": each_cell(answers_as_raw_text),
    "metadata of strange types": strange_metadata,
    "half a letter": lambda told: told | {"cells": [*told["cells"], X | {"source": "x = '\ud83d'"}]},
}

# --- nothing that could be graded: 0 for a human ----------------------------------------------------------------------

X = {"cell_type": "code", "source": "x = 1", "metadata": {}}
LOST = {
    "half a file": (lambda told: json.dumps(told)[:-200].encode(), "not JSON"),
    "an empty file": (lambda _: b"", "not JSON"),
    "lists in lists": (lambda _: b"[" * 200_000, "not JSON"),
    "no text": (lambda _: b"\x89PNG\r\n\x1a\n\xff\xff", "not text"),
    "a list": (lambda _: b"[]", "no notebook: it has no cells"),
    "no cells": (lambda _: b'{"a": 1}', "no notebook: it has no cells"),
    "cells that are none": (lambda told: {**told, "cells": 7}, "no notebook that can be mended"),
    "another notebook": (lambda told: {**told, "cells": [X]}, "it may be another one"),
    "too many cells": (lambda told: {**told, "cells": told["cells"] * 1000}, "more than 2,000 cells"),
    "too much code": (lambda told: {**told, "cells": [X | {"source": "a;" * 2_000_000}]}, "two million characters"),
    "a link that leads out": (None, "not handed in"),
    "no file": (None, "not handed in"),
}

# --- blank answers, and metadata that asks for points -----------------------------------------------------------------


def own_tests(told):
    """Every cell is a test cell of its own, which passes."""
    for number, cell in enumerate(told["cells"]):
        flags = {"grade": True, "solution": False, "locked": False, "points": 5, "task": False, "schema_version": 3}
        cell["metadata"]["nbgrader"] = {"grade_id": f"mine{number}", **flags}
        cell["source"], cell["cell_type"] = "1", "code"
    return told


def tests_made_solutions(cell):
    if cell["metadata"].get("nbgrader", {}).get("grade"):
        cell["metadata"]["nbgrader"] |= {"solution": True, "locked": False}
        cell["source"] = "5"


def partial_credit(cell):
    cell["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}}]


CHEATING = {
    "tests of its own": own_tests,
    "tests that are solutions": each_cell(tests_made_solutions),
    "outputs that are kept": each_cell(partial_credit),
    "tags on tests": tag("skip-execution"),
    "tests as text": each_cell(tests_as_text),
    "no tests": delete_tests,
}
