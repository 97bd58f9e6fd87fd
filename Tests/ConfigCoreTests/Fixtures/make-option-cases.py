#!/usr/bin/env python3
"""Records what MMCV makes of `--cfg-options v=...`, for `option_cases.json`.

Usage, with mmcv 1.7.2: make-option-cases.py > option_cases.json
"""
import argparse
import json
import random

from mmcv import Config, DictAction

WRITTEN = r"""
+1 1_0 1_000 1_0_0 00 -007 +0 .5 5. -.5 1.e3 1e+3 1E-3 1e 1e+ e5 . - + -- +-1 1.2.3 infinity
-infinity +inf nan NaN Inf iNf 1e309 -9223372036854775808 9223372036854775807 0o17 0X1F 0b2 1j 1_ _
1_.5 1._5 1_e5 1e1_0 TRUE False FALSE yes no on null Null NoNe Non 'None' None, [None] (None,) (1)
(1,) (1,2) ((1,2),3) [(1,2)] [[1],[2]] [1,[2,[3]]] [] () [()] ([]) [ ( ] ) 1,2, ,, 1,,2 a,b, (a,b)
[a,(b,c)] 'a,b' "a,b" ['a,b'] a'b a"b ''' '"x"' a.b a/b a\b a:b {} {a:1} [1,2]x x[1,2] x[1] (1)(2)
[1][2] [1],2 1,[2] 1,(2) (1),2 [[ [[] ]] (] [) é 1e5f 1__2 -_1 1-2 1+2 =1 a=b=c ~ @ # %d TrUe 0,'1'
["a",'b'] [True,false,None,none] a(b,c) (1,2)x
""".split() + ["1 2", " 1", "a b, c d", "[ a b , c ]", "' x '", "", " ", "''", "T rue", "\t1", "1\n"]


def outcome(option):
    parser = argparse.ArgumentParser()
    parser.add_argument("--cfg-options", nargs="+", action=DictAction)
    config = Config(dict(x=0))
    config.merge_from_dict(parser.parse_args(["--cfg-options", option]).cfg_options)
    return config._cfg_dict.to_dict()


def tuples(value, pointer=""):
    found = [pointer] if isinstance(value, tuple) else []
    items = value.items() if isinstance(value, dict) else (
        enumerate(value) if isinstance(value, (list, tuple)) else [])
    return found + [p for key, inner in items for p in tuples(inner, f"{pointer}/{key}")]


draw = random.Random(5)
random_values = ["".join(draw.choices("[](),,,,1 a'\"-+._e0Nn", k=draw.randint(2, 9)))
                 for _ in range(200)]
cases = []
for number, value in enumerate(WRITTEN + random_values):
    try:
        config = outcome(f"v={value}")
    except (AssertionError, RecursionError):
        continue
    cases.append({
        "name": f"option/{number}", "files": {"cfg.json": '{"x": 0}'}, "main": "cfg.json",
        "options": [f"v={value}"], "file_tuples": [], "expected": config,
        "tuples": tuples(config)})
print('{"source": "MMCV 1.7.2 DictAction and Config.merge_from_dict", "cases": [')
print(",\n".join(json.dumps(case) for case in cases))
print("]}")
