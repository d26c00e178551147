#!/usr/bin/python3
"""Links a program for Windows without the functions that nothing calls.

    link.py COMPILER ARGUMENT...        in front of the command that links

GNU ld keeps every function that has a table for unwinding, because it keeps the tables and these name
their functions: for C++ that is everything, called or not. So the program is linked more than once.
The first time tables keep nothing alive, which shows what is called. What follows depends on the
tables.

64 bits: each function has its own. The tables of exactly these functions are kept and all others
left out. What the tables need in turn (types of exceptions) may need further functions: their tables
are kept, too, and the program linked again, until each function that is there has its table.

32 bits: one table serves all functions of a file that are not inline. So these tables keep dead
functions alive, and what these use; all that the first program did without is then left out by
name. Nothing misses it: what the living use was in the first program, and what tables need (types of
exceptions) was, too, because it stands in a section that is kept from the beginning. Only .data is
not touched: there a table finds the function that reads it. A table's entry for a function that was
left out speaks of addresses inside the table, where nothing ever runs.
"""

import os
import re
import subprocess
import sys
import tempfile

# Of each processor: the tables, by the beginnings of their sections' names (the rest is their
# function's: .text$f has .pdata$f); what the tables call, which following calls does not find;
# whether functions share a table.
PROCESSORS = {
    "x86_64": ((".pdata", ".xdata"), ("__gxx_personality_seh0", "__C_specific_handler"), False),
    "i686": ((".eh_frame",), ("___gxx_personality_v0",), True),
}
# The mark at the beginning of all .eh_frame and the one at their end.
FIRST, LAST = "crtbegin.o", "crtend.o"
ROUNDS_MAX = 8

# In the linker's own script; in its map, where a long name stands on a line of its own.
KEPT = re.compile(r"KEEP ?\(\*\((\.\w+)\*\)\)")
LONG = re.compile(r"^( \.\S+)\n +", re.MULTILINE)
PLACED = re.compile(
    r"^ (\.text|\.rdata)(\S*) +0x[0-9a-f]+ +0x([0-9a-f]+) (\S.*)$", re.MULTILINE)


def stop(why):
    sys.exit(f"link.py: {why}")


def answer(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def standard_script(compiler, tables):
    """What the linker does when nobody gives it a script."""
    linker = answer(compiler, "-print-prog-name=ld").strip()
    script = answer(linker, "--verbose").split("=" * 50)[1]
    for table in tables:
        if table not in KEPT.findall(script):
            stop(f"the linker's own script does not keep {table} in the form that is known here")
    return script


def loose_script(script, tables):
    """The same, where tables keep nothing alive."""
    return KEPT.sub(lambda kept: f"*({kept[1]}*)" if kept[1] in tables else kept[0], script)


def member_of(file):
    """A file of the map as the linker's script names it."""
    return re.sub(r"\((.*)\)$", r":\1", file)


def by_file(sections):
    files = {}
    for file, kind, rest in sections:
        files.setdefault(file, set()).add((kind, rest))
    return sorted(files.items())


def exact_script(script, tables, known):
    """The same, where the tables of these functions are kept and no others."""
    functions = {(file, kind, rest) for file, kind, rest in known
                 if kind == ".text" and not file.endswith(LAST)}

    def kept_tables(kept):
        if kept[1] not in tables:
            return kept[0]
        lines = [f"KEEP(*{FIRST}({kept[1]}))"]
        for file, names in by_file(functions):
            # Functions without a section of their own have one table together.
            rests = {rest for _, rest in names} | {""}
            sections = " ".join(kept[1] + rest for rest in sorted(rests))
            lines.append(f'KEEP("{member_of(file)}"({sections}))')
        lines.append(f"KEEP(*{LAST}({kept[1]}))")
        return "\n    ".join(lines)

    others = " ".join(table + "*" for table in tables)
    end = script.rindex("}")
    return KEPT.sub(kept_tables, script[:end]) + f"  /DISCARD/ : {{ *({others}) }}\n" + script[end:]


def script_without(script, dead):
    """The same, where these sections are left out whoever names them."""
    lines = [f'"{member_of(file)}"({" ".join(sorted(kind + rest for kind, rest in sections))})'
             for file, sections in by_file(dead)]
    begin = "SECTIONS\n{\n"
    left_out = "  /DISCARD/ : {\n    " + "\n    ".join(lines) + "\n  }\n"
    return script.replace(begin, begin + left_out, 1)


def link(command, script, folder):
    """Links; (file, kind, rest of the name) of each section of code and constants that is there."""
    script_path = os.path.join(folder, "script")
    map_path = os.path.join(folder, "map")
    with open(script_path, "w", encoding="utf-8") as file:
        file.write(script)
    done = subprocess.run([*command, f"-Wl,-T,{script_path},-Map,{map_path}"], check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)
    with open(map_path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    text = LONG.sub(r"\1 ", text[text.index("Linker script and memory map"):])
    return {(file, kind, rest) for kind, rest, size, file in PLACED.findall(text)
            if int(size, 16) > 0}


def link_with_shared_tables(command, script, known, folder):
    there = link(command, script, folder)
    there = link(command, script_without(script, there - known), folder)
    if there != known:
        stop(f"other sections than those that are used: {sorted(there ^ known)[:5]}")


def link_with_own_tables(command, script, tables, known, folder):
    for _ in range(ROUNDS_MAX):
        there = link(command, exact_script(script, tables, known), folder)
        if there <= known:
            return
        known |= there
    stop(f"after {ROUNDS_MAX} rounds there are still functions without a table")


def main():
    command = sys.argv[1:]
    processor = os.path.basename(command[0]).split("-")[0]
    tables, called, shared = PROCESSORS[processor]
    roots = "".join(",-u," + name for name in called)
    script = standard_script(command[0], tables)
    with tempfile.TemporaryDirectory() as folder:
        known = link([*command, "-Wl,--gc-sections" + roots], loose_script(script, tables), folder)
        if shared:
            exact = exact_script(script, tables, known)
            link_with_shared_tables(command, exact, known, folder)
        else:
            link_with_own_tables(command, script, tables, known, folder)


if __name__ == "__main__":
    main()
