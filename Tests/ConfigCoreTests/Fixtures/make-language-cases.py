#!/usr/bin/env python3
"""Records what Python 3.11 and PyYAML 6 make of small texts: language_cases.json.

Usage: make-language-cases.py, with PyYAML installed.
"""
import copy
import json
import math
import pathlib

import yaml

PYTHON = r'''
a = 1; b = -2; c = +3
a = [1, 2.5, 'x', None, True, (1,), (), {}]
a = b = [1]; a.append(2)
a, b = 1, 2
(a, [b, c]) = 1, (2, 3)
a = 1_000; b = 0xff; c = 0b11; d = 0o17; e = 1_0.0_1; f = 0x_f; g = 000
a = 1e-3; b = 1E5; c = .5; d = 2.; e = 1e400; f = 1.e-6; g = 5e-324; h = .5e1
a = 9223372036854775807; b = -9223372036854775808
a = 'a' "b" 'c'; b = ('x'␤     'y'); c = 'x' f'{1}' 'z'
a = 'it\'s'; b = "\x41\u00e9\U0001F600\101\7"; c = r'\n\''; d = 'a\\b'; e = '\q'; f = 'a\␤b'
a = """x␤  y"""; b = @@@"q" 'x@@@; c = R"\d"; d = u'u'
a = {'x': 1, 'y': (2, 3), **{'z': 4}}
a = dict(x=1); b = dict(a, y=2); c = dict(**a, z=3); d = dict([('p', 1)], q=2); e = dict({'w': 1})
a = [*range(3), *'ab']; b = (*[1], 2); c = {**dict(k=1)}
a = 7 // 2; b = -7 // 2; c = 7 % -3; d = -7 % 3; e = 7.5 // 2; f = -7.5 % 2; g = 2 ** 10; h = 2 ** -1; i = -2 ** 2
a = 5e-4 * 128 * 8 / 512; b = 1 / 3; c = 4 / 2; d = 0.1 + 0.2; e = 2 ** 0.5; f = 10 ** 3; g = 3 - 5
a = True + 1; b = True * 3; c = not 0; d = not 'x'; e = -True
a = [1] + [2]; b = [0] * 3; c = (1,) * 2; d = 'ab' * 2; e = 2 * [1]; f = [1] * -1; g = '' * 5
a = [3, 1, 2]; a += [4]; b = 5; b *= 2; b -= 1; c = 'x'; c += 'y'; d = 9; d //= 2; e = 2; e **= 3; f = 7; f %= 4; g = 1; g /= 4
a = [1, 2, 3, 4, 5]; b = a[0]; c = a[-1]; d = a[1:3]; e = a[::-1]; f = a[::2]; g = a[-2:]; h = a[:99]; i = a[3:0:-1]; j = a[5:2]
a = (1, 2, 3)[::-1]; b = 'hello'[1]; c = 'hello'[::-1]; d = 'hello'[1:-1]; e = dict(x=[1])['x'][0]; f = [1, 2][None:1]
a = [1, 2, 3][-100:]; b = [1, 2, 3][100::-1]; c = [1, 2, 3][-100:100:2]; d = [1, 2][::-5]
a = dict(); a['x'] = 1; a['y'] = dict(z=2); a['y']['w'] = 3; a['x'] += 4
a = [dict(k=1), dict(k=2)]; a[1]['k'] *= 0.5; a[0] = 7
a = dict(s=1); b = dict(x=a, y=a); a['t'] = 2; b['x']['u'] = 3
a = [[0] * 2] * 2; a[0][0] = 1
a = [x * 2 for x in range(3)]; b = [x for x in range(9) if x % 2 if x > 3]; c = [(x, y) for x in 'ab' for y in (1, 2)]
a = [round(x) for x in dict(mean=[103.53, 116.28, 123.675])['mean'][::-1]]; b = {k: v for k, v in zip('ab', [1, 2])}
a = tuple(x for x in [1, 2]); b = list(range(2, 8, 3)); c = list(range(3, 0, -1)); d = ['layer.{}'.format(i) for i in range(3)]
x = 5; a = [x for x in range(2)]; b = x
a = {i: i * i for i in range(3)}; b = [[i + j for j in range(2)] for i in range(2)]
a = round(2.5); b = round(3.5); c = round(-2.5); d = round(2.675, 2); e = round(1234.5678, 1); f = round(7); g = round(0.5); h = round(1e15 + 0.5)
a = int(3.9); b = int(-3.9); c = int('7'); d = int(' 1_0 '); e = float(3); f = float('1e-3'); g = float('inf'); h = float('-Infinity'); i = str(1.0); j = str(None); k = bool([]); l = int(True); m = float('.5')
a = len([1, 2]); b = len('né'); c = len(dict(x=1)); d = max(1, 3, 2); e = min([2, 1]); f = sum([1, 2.5]); g = sorted([3, 1, 2]); h = sorted(['b', 'a'], reverse=True); i = abs(-3); j = abs(-2.5); k = max('ab')
a = list(zip([1, 2], 'ab')); b = list(enumerate(['x'], 1)); c = list(reversed([1, 2])); d = tuple([1]); e = list((1, 2)); f = list(dict(x=1)); g = dict(zip(['x'], [1]))
a = 1 < 2 < 3; b = 1 < 2 > 3; c = 1 == 1.0; d = 'a' < 'b'; e = [1, (2,)] == [1, (2,)]; f = 'x' in 'xyz'; g = 3 not in [1]; h = None is None; i = 1 is not None; j = 'k' in dict(k=1); k = dict(a=1) == dict(a=1); l = 1 != 2; m = 2 >= 2; n = 2 <= 1
a = 1 if True else 2; b = 0 or 'x'; c = 1 and 2; d = '' or [] or 3; e = None and 1; f = 1 if 0 else 2 if 0 else 3
a = f'{1}{"x"}'; b = f'{0.1:.2f}|{7:03d}|{"s":>4}|{"s":<4}|{"s":^5}|'; c = f'{{}}{2}'; d = f'{1.0}'; e = f'{1e-5}'; f = f'{3!r}{"x"!r}{"y"!s}'
a = f'{1234567:,}'; b = f'{0.256:.1%}'; c = f'{255:x}{255:#>4X}'; d = f'{-3:+d}{3:+d}{3: d}'; e = f'{1e10:g}'; f = f'{12345.678:.3e}'; g = f'{5:05}'; h = f'{1.5:8.2f}'; i = f'{True}'; j = f'{3.14159:.3}'; k = f'{100.0:.3}'; l = f'{10.0:.3}'; m = f'{1e-5:.3}{12345.0:.2}'
w = 6; a = f'{3:{w}d}'; b = f"{dict(a=1)['a']}"; c = f'{[1, 2][0]}'; d = rf'\d{1}'; e = f'{1 if w != 5 else 2}'
a = 1e16; b = 123456789012345680.0; c = str(1e16); d = str(12e15); e = str(1.2345678901234567e+20); f = str(0.0001); g = str(1e-5); h = str(-1e22)
a = '{}-{:03d}'.format('a', 7); b = '{1}{0}'.format(1, 2); c = '{x}/{y:.1f}'.format(x=1, y=2.55); d = '{{}}'.format(); e = '{!r}'.format('q')
a = 'r%d_%s' % (50, 'x'); b = '%.2f' % 0.5; c = '%5d|%-5d|%05d' % (1, 2, 3); d = '100%%' % (); e = '%s' % [1][0]; f = '%g' % 0.1; g = '%x' % 255
a = 'Ab'.upper(); b = 'Ab'.lower(); c = ' x '.strip(); d = 'xxyxx'.strip('x'); e = 'a,b'.split(','); f = ' a  b '.split(); g = '/'.join(['x', 'y']); h = 'aXbX'.replace('X', '--'); i = 'abc'.startswith('ab'); j = 'abc'.endswith('bc'); k = 'xx1'.lstrip('x'); l = '1xx'.rstrip('x')
a = [1]; a.append(2); a.extend([3]); a.insert(0, 0); b = a.pop(); c = a.copy(); c.append(9); d = a.index(1); a.reverse(); e = [1, 2, 3]; e.pop(0); f = [1]; f.insert(-5, 0); f.insert(99, 2)
a = dict(x=1); a.update(y=2); a.update(dict(z=3)); b = a.get('x'); c = a.get('q'); d = a.get('q', 5); e = list(a.keys()); f = list(a.values()); g = list(a.items()); h = a.pop('x'); i = a.pop('q', None); j = a.setdefault('m', 7); k = a.copy(); k['n'] = 1
import copy; a = [dict(x=[1])]; b = copy.deepcopy(a); b[0]['x'].append(2); c = copy.copy(a); c[0]['y'] = 1
from copy import deepcopy as dc; a = dict(k=[1]); b = dc(a); b['k'][0] = 2
import copy as cp; s = [1]; a = [s, s]; b = cp.deepcopy(a); b[0].append(2)
if True:␤    a = 1␤    if False: b = 2␤    elif 0 == 0:␤        b = 3␤else:␤    a = 9␤c = 4
if 0:␤␉a = 1␤elif '':␤␉a = 2␤else:␤␉a = 3␤␤# end
"""A docstring."""␤a = 1
a = [ # one␤  1,␤␤  2, # two␤]␤b = {'k': # x␤ 1}
a = 1 + \␤    2
a = (1); b = (1,); c = 1,; d = ((1, 2), 3); e = [(1)]
type = 'x'; a = dict(type=type); range = 3; b = range
a = -(-3); b = - - 2; c = not not 1; d = +-+1; e = 2 ** -2; f = (-2) ** 3
é = 1; a = é
pass; a = 1; pass
a = dict(x=1,); b = [1,]; c = (1, 2,); d = dict()
_x = 1; __y = 2; a = _x
a = 'x' 'y'.upper(); b = 'x'.join('abc'); c = [1, 2, 3][1:][0]
a = 1 if 1 else (2, 3); b = [1, 2] if 0 else 3
a = {1: 'x', 2.5: 'y', 'z': 0}; b = a[1]; c = a[2.5]
a = True; b = a is True; c = 1 < True; d = True == 1
a = 3 * 'ab' + 'c'; b = 'a' + 'b' * 2; c = 10 - 2 - 3; d = 2 * 3 % 4; e = 100 / 10 / 2; f = 1 - -1
'''.strip().split('\n')

YAML = r'''
a: yes␤b: No␤c: ON␤d: off␤e: true␤f: FALSE␤g: y␤h: tRue␤i: n
a: ~␤b: null␤c: Null␤d: NULL␤e:␤f: nUll
a: 1␤b: -2␤c: +3␤d: 0x1F␤e: 0b101␤f: 017␤g: 0o17␤h: 1_000␤i: 09␤j: 0␤k: -0␤l: 190:20:30␤m: 1:70␤n: 0:30
a: 1.5␤b: 1.␤c: .5␤d: 1e-3␤e: 1.0e-3␤f: 1.5e+3␤g: 1.5e3␤h: .inf␤i: -.INF␤j: 1_0.5␤k: 190:20:30.15␤l: +.5␤m: -1.5␤n: +1.5␤o: .␤p: 1.5.2␤q: 5.e-4
a: 'yes'␤b: "1"␤c: '1e-3'␤d: "x\ty\u00e9"␤e: 'it''s'␤f: "a\nb"
a: [1, 2, [3, x]]␤b: {x: 1, y: [a, b]}␤c: []␤d: {}
a: !!python/tuple [1, 2]␤b:␤- !!python/tuple␤  - train␤  - 1␤c: !!python/tuple []
a: !!str 1␤b: !!int "7"␤c: !!float 1␤d: !!bool "yes"␤e: !!null ""␤f: !!python/str x␤g: !!python/none ""
base: &b {x: 1, y: 2}␤a: *b␤c:␤  <<: *b␤  y: 3␤  z: 4
p: &p {x: 1}␤q: &q {x: 2, w: 3}␤a:␤  k: 0␤  <<: [*p, *q]
a: |␤  line 1␤  line 2␤b: >␤  folded␤  text␤c: |-␤  x
1: one␤2.5: two␤'3': three
a: {'<<': 1}␤b: <a>␤d: '#x' # comment␤e: a#b
# only␤a: 1␤...␤
---␤a: 1
a: -1␤b: --1
a: x y  z␤b: x␤  y␤c: "x␤  y"
'''.strip().split('\n')


def plain(line):
    """The text that a line above stands for."""
    return line.replace('␤', '\n').replace('␉', '\t').replace('@@@', "'''")


def walk(value, pointer, side):
    if isinstance(value, dict):
        return {str(k): walk(v, f'{pointer}/{k}', side) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        if isinstance(value, tuple):
            side.append(pointer)
        return [walk(v, f'{pointer}/{i}', side) for i, v in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def record(text, value):
    tuples = []
    return dict(text=text, expected=walk(value, '', tuples), tuples=sorted(tuples))


def python(text):
    names = {}
    exec(compile(text, 'x', 'exec'), names)
    kept = {k: v for k, v in names.items()
            if not k.startswith('__') and not callable(v) and not hasattr(v, '__spec__')}
    return record(text, kept)


def main():
    cases = dict(python=[], yaml=[])
    for line in PYTHON:
        cases['python'].append(python(plain(line)))
    for line in YAML:
        text = plain(line)
        try:
            value = yaml.load(text, Loader=yaml.UnsafeLoader)
        except yaml.YAMLError:
            cases['yaml'].append(dict(text=text, error=True))
            continue
        cases['yaml'].append(record(text, value))
    path = pathlib.Path(__file__).with_name('language_cases.json')
    lines = [
        f'"{kind}": [\n' + ',\n'.join(json.dumps(c) for c in cases[kind]) + '\n]' for kind in cases
    ]
    path.write_text('{' + ', '.join(lines) + '}\n')


main()
