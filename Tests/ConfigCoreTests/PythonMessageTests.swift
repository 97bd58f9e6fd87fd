import ConfigCore
import Testing

/// A Python text and the whole message that it is refused with.
struct PythonMessageCase: Sendable, CustomTestStringConvertible {
    let text: String
    let message: String
    var testDescription: String { text }

    init(_ text: String, _ message: String) {
        self.text = text
        self.message = message
    }
}

@Suite("a Python config that cannot be read says why and what to do") struct PythonMessageTests {
    fileprivate static let way: String =
        #"write the value itself, or let MMCV write the file: Config.fromfile(…).dump("config.json")"#
    fileprivate static let lazyWay: String =
        #"inherit by _base_ = […], or let MMEngine write the file: Config.fromfile(…).dump("config.py")"#

    static let refused: [PythonMessageCase] = [
        .init(
            "import os", "1:1: importing os is not supported in a config; \(PythonMessageTests.way)"
        ),
        .init(
            "a = 1\nfrom mmengine.config import read_base",
            "2:1: importing from mmengine.config, as lazy configs do, is not supported in a config; \(PythonMessageTests.lazyWay)"
        ),
        .init(
            "with read_base():\n    from .a import *",
            "1:1: with read_base(), as lazy configs have it, is not supported in a config; \(PythonMessageTests.lazyWay)"
        ),
        .init(
            "with open('x') as f:\n    a = 1",
            "1:1: with is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "def f(x):\n    return x",
            "1:1: a function (def) is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "class A: pass", "1:1: a class is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "for x in [1]:\n    a = x",
            "1:1: a for loop is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "while True: pass",
            "1:1: a while loop is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "try:\n    a = 1", "1:1: try is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "raise ValueError('x')",
            "1:1: raise is not supported in a config; \(PythonMessageTests.way)"),
        .init("a = 1; del a", "1:8: del is not supported in a config; \(PythonMessageTests.way)"),
        .init("assert True", "1:1: assert is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "@x\ndef f(): pass",
            "1:1: a decorator is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "a = lambda: 1", "1:5: a lambda is not supported in a config; \(PythonMessageTests.way)"
        ),
        .init(
            "a: int = 1", "1:2: a type annotation is not supported in a config; write name = value"),
        .init("a = {1, 2}", "1:5: a set is not supported in a config; write a list: […]"),
        .init(
            "a = b'x'",
            "1:5: a bytes literal is not supported in a config; write a string, without b"),
        .init(
            "a = 2j",
            "1:5: a complex number is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "a = 1 | 2",
            "1:7: the operator | is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "a = (b := 1)",
            "1:8: an assignment inside an expression is not supported in a config; \(PythonMessageTests.way)"
        ),
        .init("a = ...", "1:5: ... is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "a = open('x')",
            "1:5: a call of open is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "print('x')",
            "1:1: a call of print is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "a = __import__('os')",
            "1:5: a call of __import__ is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "a = [1]\na[0:1] = [2]",
            "2:1: assigning to a part of a list is not supported in a config; \(PythonMessageTests.way)"
        ),
        .init(
            "a = [dict]",
            "1:1: the function dict as a value is not supported in a config; \(PythonMessageTests.way)"
        ),
        .init("a = f'{1=}'", "1:9: {…=} is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "a = {(1, 2): 3}",
            "1:6: a tuple as a key is not supported in a config; keys are strings or numbers"),
        .init(
            "a = str([1])",
            "1:5: a list as text is not supported in a config; \(PythonMessageTests.way)"),
        .init(
            "a = '\\N{BULLET}'",
            "1:6: a character by its name is not supported in a config; write the character itself"),
    ]

    static let mistakes: [PythonMessageCase] = [
        .init("a = b", "1:5: the name b is not defined"),
        .init("depth = 1\na = dept", "2:5: the name dept is not defined; did you mean depth?"),
        .init("a = dict(x=1)\nb = a['y']", "2:5: there is no key \"y\""),
        .init(
            "a = dict(depth=1)\nb = a['dept']", "2:5: there is no key \"dept\"; did you mean depth?"
        ),
        .init("a = [1]\nb = a[3]", "2:5: there is no element 3; there are 1"),
        .init("a = dict(x=1)\nb = a.x", #"2:5: a dict has no attribute x; write […]["x"]"#),
        .init(
            "a = dict(x=1, x=2)", "1:15: not valid Python: x= is given twice; remove one of them"),
        .init(
            "b = dict(x=1)\na = dict(x=2, **b)",
            #"2:17: x= is given twice, once by **; write {**other, "x": …} to replace it"#),
        .init(
            "a = dict(x=1, [2])",
            "1:15: not valid Python: a value without a name follows name=value"),
        .init("'a' = 3", "1:1: not valid Python: this cannot be assigned to"),
        .init("1a = 3", "1:1: not valid Python: \"1a\" is no number"),
        .init("a = 012", "1:5: not valid Python: \"012\" is no number"),
        .init("a = 'x", "1:5: not valid Python: the string is never closed"),
        .init("a = (1,\n\nb = 2", "1:5: not valid Python: \"(\" is never closed"),
        .init("a = 1)", "1:6: not valid Python: \")\" closes no bracket"),
        .init("a = [1)", "1:7: not valid Python: \")\" closes no bracket"),
        .init("a = 1\n  b = 2", "2:3: not valid Python: the line is indented without a block"),
        .init(
            "if True:\n\ta = 1\n        b = 2",
            "3:9: not valid Python: tabs and spaces are mixed in the indentation; use spaces"),
        .init("if 1:\na = 1", "2:1: not valid Python: an indented block is missing"),
        .init(
            "if 1:\n    a = 1\n  b = 2",
            "3:3: not valid Python: the line fits no block's indentation"),
        .init(
            "a = ", "1:5: not valid Python: the end of the line cannot stand here; expected a value"
        ),
        .init("a = 1 2", "1:7: not valid Python: a number cannot stand here"),
        .init("a b = 1", "1:3: not valid Python: \"b\" cannot stand here"),
        .init(
            "a = 1 if 2",
            "1:11: not valid Python: the end of the line cannot stand here; expected \"else\""),
        .init("a = $", "1:5: not valid Python: unexpected character \"$\""),
        .init("a = 1 / 0", "1:5: a division by zero"),
        .init("a = 2 ** 64", "1:5: a whole number beyond 64 bits"),
        .init("a = 'x' + 1", "1:5: + does not fit a string and an integer"),
        .init("a = -'x'", "1:5: - does not fit a string"),
        .init("a = 1 < 'x'", "1:9: an integer and a string have no order"),
        .init("a, b = 1, 2, 3", "1:1: 3 values for 2 names"),
        .init("a = int('x')", "1:5: int() of the string \"x\""),
        .init("a = round('x')", "1:5: round() of a string to 0 digits"),
        .init("a = len(1, 2)", "1:5: len() takes 1 value, got 2"),
        .init("a = range(3, x=1)", "1:5: range() takes no x= here"),
        .init("a = '{}'.format()", "1:5: format() is given no value for {}"),
        .init("a = '%d' % (1, 2)", "1:5: the format has fewer % than values"),
        .init("a = f'{'", "1:7: not valid Python: \"{\" is never closed in this string"),
        .init("a = f'}'", "1:7: not valid Python: \"}\" closes nothing in this string; write }}"),
        .init(
            "a = {{ _base_.x }}",
            "1:5: {{_base_.x}} refers to a base, but the file has none; add \"_base_\""),
        .init("a = {0: 1, '0': 2}", "1:1: the keys 0 and \"0\" of a dict are the same in a config"),
        .init(
            "if 1:\n    _base_ = 'a.py'",
            "2:5: _base_ is assigned twice, or not as a statement of its own; "
                + "write one _base_ = [...] outside of blocks"),
        .init("a = (*b)", "1:5: not valid Python: *elements must stand in a list or tuple"),
    ]

    @Test("constructs that only Python computes", arguments: Self.refused)
    func construct(_ c: PythonMessageCase) { check(c) }

    @Test("mistakes", arguments: Self.mistakes)
    func mistake(_ c: PythonMessageCase) { check(c) }

    private func check(_ c: PythonMessageCase) {
        let text = message { _ = try Config.parse(text: c.text, name: "c.py", ending: ".py") }
        #expect(text.split(separator: "\n").first.map(String.init) == "c.py:" + c.message)
    }

    static let yaml: [PythonMessageCase] = [
        .init(
            "a: 1\n\tb: 2",
            "2:1: not valid YAML: found a tab character that violates indentation; YAML is indented with spaces"
        ),
        .init("a: [1", "1:6: not valid YAML: did not find expected ',' or ']'"),
        .init("a: 1\na: 2", "1:1: the key a stands twice in a mapping; remove one of them"),
        .init(
            "a: !!python/object/apply:os.system ['ls']",
            "1:4: !!python/object/apply:os.system runs Python: not supported; write the value itself"
        ),
        .init(
            "a: !!python/name:os.system ''",
            "1:4: !!python/name:os.system runs Python: not supported; write the value itself"),
        .init("a: !mine 1", "1:4: the tag !mine is not known"),
        .init("a: !!int x", "1:4: \"x\" is no int"),
        .init("a: 2001-12-14", "1:4: 2001-12-14 is a date in YAML; put it in quotes"),
        .init("on: 1", "1:1: \"on\" is true in YAML and cannot be a key; put it in quotes"),
        .init("[1]: 1", "1:1: a list or mapping as a key; keys are texts"),
        .init("a: &a 1\nb: {<<: *a}", "1:4: << takes a mapping, or a list of mappings"),
        .init("a: 1\n---\nb: 2", "2:1: not valid YAML: but found another document"),
        .init("- 1", "1:1: expected a mapping at the top level, got a list"),
        .init("# nothing", ""),
    ]

    @Test("YAML", arguments: yaml)
    func yamlMessages(_ c: PythonMessageCase) {
        let text = message { _ = try Config.parse(text: c.text, name: "c.yaml", ending: ".yaml") }
        let expected = c.message.isEmpty ? "c.yaml: the file is empty" : "c.yaml:" + c.message
        #expect(text.split(separator: "\n").first.map(String.init) == expected)
    }

    @Test("the line and a caret are shown")
    func excerpt() {
        let text = message {
            _ = try Config.parse(
                text: "a = dict(\n    é=[x for x in names])", name: "c.py", ending: ".py")
        }
        #expect(
            text == """
                c.py:2:19: the name names is not defined
                    é=[x for x in names])
                                  ^
                """)
    }
}
