/// Reads one pickle and runs nothing.
///
/// The machine knows the few functions that PyTorch and NumPy use to rebuild tensors, numbers
/// and containers and does their work itself; `PickleMachine+Calls` lists them. Any other call
/// is refused.
struct PickleMachine {
    /// More steps than any checkpoint takes; bounds the time and memory of a hostile file.
    private static let stepLimit = 20_000_000

    var graph = PickleGraph()
    private var reader: ByteReader
    private var stepsLeft = Self.stepLimit
    private var stack: [PickleItem] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleItem] = [:]
    /// Python 2 had one type for texts and bytes: long ones are taken for bytes then.
    private let isPython2: Bool
    /// Whether the pickle stands in a file inside a pickle, where there may be no more of these.
    let isNested: Bool

    init(_ bytes: [UInt8], position: Int = 0, isPython2: Bool = false, isNested: Bool = false) {
        self.isNested = isNested
        reader = ByteReader(bytes, position: position)
        self.isPython2 = isPython2
    }

    /// Where the next pickle of the same bytes starts.
    var position: Int { reader.position }

    /// Runs to the end of the pickle and returns what it leaves.
    mutating func run() throws(FileProblem) -> PickleItem {
        while true {
            let code = try reader.byte()
            guard let opcode = PickleOpcode(rawValue: code) else {
                throw FileProblem(
                    "the pickle has the unknown opcode \(code) at byte \(position - 1)",
                    remedy: Remedy.damaged)
            }
            if opcode == .stop {
                return try pop()
            }
            try spend(1)
            try execute(opcode)
        }
    }

    /// Counts steps; a call that copies what the memo holds costs more than one.
    mutating func spend(_ steps: Int) throws(FileProblem) {
        stepsLeft -= steps
        guard stepsLeft >= 0 else {
            throw FileProblem("the pickle takes more than \(Self.stepLimit) steps")
        }
    }

    /// Counts the copying of a text as steps.
    mutating func spend(text: String) throws(FileProblem) {
        try spend(text.utf8.count / 64)
    }

    private mutating func execute(_ opcode: PickleOpcode) throws(FileProblem) {
        switch opcode {
        case .stop: break
        case .proto:
            let version = try reader.byte()
            guard version <= 5 else {
                throw FileProblem(
                    "the pickle has protocol \(version), expected at most 5",
                    remedy: Remedy.saveAgain)
            }
        case .frame: _ = try reader.take(8)
        case .none, .newTrue, .newFalse, .int, .binInt, .binInt1, .binInt2, .long, .long1, .long4,
            .float, .binFloat:
            stack.append(try number(opcode))
        case .string, .binString, .shortBinString, .unicode, .shortBinUnicode, .binUnicode,
            .binUnicode8,
            .shortBinBytes, .binBytes, .binBytes8, .byteArray8:
            stack.append(try text(opcode))
        case .mark: marks.append(stack.count)
        case .pop:
            if marks.last == stack.count {
                marks.removeLast()
            } else {
                _ = try pop()
            }
        case .popMark: _ = try popToMark()
        case .dup: stack.append(try top())
        case .put: try memorize(Int(try reader.line()))
        case .binPut: try memorize(Int(try reader.byte()))
        case .longBinPut: try memorize(Int(try reader.integer(UInt32.self)))
        case .memoize: try memorize(memo.count)
        case .get: try recall(Int(try reader.line()))
        case .binGet: try recall(Int(try reader.byte()))
        case .longBinGet: try recall(Int(try reader.integer(UInt32.self)))
        case .emptyList, .emptyTuple, .emptyDictionary, .emptySet, .list, .tuple, .dictionary,
            .frozenSet, .tuple1, .tuple2, .tuple3:
            stack.append(graph.add(try container(opcode)))
        case .append: try appendToTop([try pop()])
        case .appends, .addItems: try appendToTop(try popToMark())
        case .setItem:
            let value = try pop()
            try setItemsOfTop([try pop(), value])
        case .setItems: try setItemsOfTop(try popToMark())
        case .global:
            let module = try reader.line()
            stack.append(.global(PickleGlobal.name(module, try reader.line())))
        case .stackGlobal:
            guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
                throw malformed("STACK_GLOBAL without two strings")
            }
            try spend(text: module)
            try spend(text: name)
            stack.append(.global(PickleGlobal.name(module, name)))
        case .inst:
            let module = try reader.line()
            let name = PickleGlobal.name(module, try reader.line())
            stack.append(try call(.global(name), try popToMark()))
        case .object:
            let items = try popToMark()
            guard let callable = items.first else {
                throw malformed("OBJ without a class")
            }
            stack.append(try call(callable, Array(items.dropFirst())))
        case .reduce, .newObject, .newObjectWithKeywords:
            try callTop(opcode)
        case .build: try build(try pop())
        case .binPersistentID:
            stack.append(try storage(try pop()))
        case .persistentID, .extension1, .extension2, .extension4, .nextBuffer, .readOnlyBuffer:
            throw FileProblem(
                "the pickle uses the opcode \(opcode), which torch.save never writes",
                remedy: Remedy.saveAgain)
        }
    }

    // MARK: The stack

    private func top() throws(FileProblem) -> PickleItem {
        guard let item = stack.last, stack.count > (marks.last ?? 0) else {
            throw malformed("an opcode that finds nothing on the stack")
        }
        return item
    }

    private mutating func pop() throws(FileProblem) -> PickleItem {
        let item = try top()
        stack.removeLast()
        return item
    }

    private mutating func popToMark() throws(FileProblem) -> [PickleItem] {
        guard let mark = marks.popLast(), mark <= stack.count else {
            throw malformed("an opcode that finds no mark on the stack")
        }
        let items = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return items
    }

    func malformed(_ what: String) -> FileProblem {
        FileProblem("the pickle has \(what) at byte \(position - 1)", remedy: Remedy.damaged)
    }

    // MARK: The memo

    private mutating func memorize(_ index: Int?) throws(FileProblem) {
        guard let index, index >= 0 else {
            throw malformed("a memo index that is no number")
        }
        memo[index] = try top()
    }

    private mutating func recall(_ index: Int?) throws(FileProblem) {
        guard let index, let item = memo[index] else {
            throw malformed("an unknown memo index")
        }
        stack.append(item)
    }

    // MARK: Values

    private mutating func number(_ opcode: PickleOpcode) throws(FileProblem) -> PickleItem {
        switch opcode {
        case .newTrue: return .bool(true)
        case .newFalse: return .bool(false)
        case .binInt: return .int(Int(try reader.integer(Int32.self)))
        case .binInt1: return .int(Int(try reader.byte()))
        case .binInt2: return .int(Int(try reader.integer(UInt16.self)))
        case .long1:
            let count = Int(try reader.byte())
            return BigInteger.item(try reader.take(count))
        case .long4:
            let count = try reader.length(Int32.self)
            guard count <= 255 else {
                throw FileProblem("the pickle has an integer of \(count) bytes")
            }
            return BigInteger.item(try reader.take(count))
        case .int, .long:
            let line = try reader.line()
            if opcode == .int, line == "00" || line == "01" {
                return .bool(line == "01")
            }
            guard let number = Int(line.last == "L" ? String(line.dropLast()) : line) else {
                throw malformed("an integer that is no number")
            }
            return .int(number)
        case .float:
            guard let number = Double(try reader.line()) else {
                throw malformed("a floating-point number that is none")
            }
            return .double(number)
        case .binFloat:
            return .double(Double(bitPattern: try reader.integer(UInt64.self).byteSwapped))
        default: return .none
        }
    }

    private mutating func text(_ opcode: PickleOpcode) throws(FileProblem) -> PickleItem {
        switch opcode {
        case .shortBinString, .shortBinUnicode:
            let count = Int(try reader.byte())
            return .string(try reader.text(count))
        case .binString:
            let count = try reader.length(Int32.self)
            if isPython2 { return .bytes(Array(try reader.take(count))) }
            return .string(try reader.text(count))
        case .binUnicode:
            let count = try reader.length(UInt32.self)
            return .string(try reader.text(count))
        case .binUnicode8:
            let count = try reader.length(UInt64.self)
            return .string(try reader.text(count))
        case .shortBinBytes:
            let count = Int(try reader.byte())
            return .bytes(Array(try reader.take(count)))
        case .binBytes:
            let count = try reader.length(UInt32.self)
            return .bytes(Array(try reader.take(count)))
        case .binBytes8, .byteArray8:
            let count = try reader.length(UInt64.self)
            return .bytes(Array(try reader.take(count)))
        case .unicode: return .string(try reader.line())
        default:
            // STRING: a Python literal in quotes.
            let line = try reader.line()
            guard let quote = line.first, quote == "'" || quote == "\"", line.count >= 2,
                line.last == quote
            else {
                throw malformed("a string without quotes")
            }
            return .string(String(line.dropFirst().dropLast()))
        }
    }

    // MARK: Containers

    private mutating func container(_ opcode: PickleOpcode) throws(FileProblem) -> PickleGraph.Node
    {
        typealias Node = PickleGraph.Node
        switch opcode {
        case .list: return Node(kind: .list, elements: try popToMark())
        case .tuple: return Node(kind: .tuple, elements: try popToMark())
        case .frozenSet: return Node(kind: .set, elements: try popToMark())
        case .emptyTuple: return Node(kind: .tuple)
        case .emptySet: return Node(kind: .set)
        case .emptyDictionary: return Node(kind: .dictionary)
        case .dictionary: return Node(kind: .dictionary, entries: try pairs(try popToMark()))
        case .tuple1, .tuple2, .tuple3:
            let count = opcode == .tuple1 ? 1 : opcode == .tuple2 ? 2 : 3
            var elements: [PickleItem] = []
            for _ in 0..<count {
                elements.append(try pop())
            }
            return Node(kind: .tuple, elements: elements.reversed())
        default: return Node(kind: .list)
        }
    }

    private func pairs(_ items: [PickleItem]) throws(FileProblem) -> [PickleItem] {
        guard items.count.isMultiple(of: 2) else {
            throw malformed("a dictionary with a key that has no value")
        }
        return items
    }

    private mutating func appendToTop(_ items: [PickleItem]) throws(FileProblem) {
        guard case .node(let index) = try top() else {
            throw malformed("an element of something that is no list")
        }
        switch graph.nodes[index].kind {
        case .list, .set, .object: graph.update(index) { $0.elements += items }
        default: throw malformed("an element of something that is no list")
        }
    }

    private mutating func setItemsOfTop(_ items: [PickleItem]) throws(FileProblem) {
        let items = try pairs(items)
        guard case .node(let index) = try top() else {
            throw malformed("an entry of something that is no dictionary")
        }
        switch graph.nodes[index].kind {
        case .dictionary, .orderedDictionary, .object: graph.update(index) { $0.entries += items }
        default: throw malformed("an entry of something that is no dictionary")
        }
    }

    // MARK: Calls

    private mutating func callTop(_ opcode: PickleOpcode) throws(FileProblem) {
        let keywords = opcode == .newObjectWithKeywords ? try pop() : .none
        let arguments = try pop()
        guard let elements = graph.elements(arguments) else {
            throw malformed("a call whose arguments are no tuple")
        }
        if case .node(let index) = keywords, !graph.nodes[index].entries.isEmpty {
            throw malformed("a call with keyword arguments")
        }
        stack.append(try call(try pop(), elements))
    }

    /// BUILD: gives the object on top its attributes.
    private mutating func build(_ state: PickleItem) throws(FileProblem) {
        guard case .node(let index) = try top() else {
            throw malformed("attributes for something that has none")
        }
        switch graph.nodes[index].kind {
        case .numpyArray: try fillArray(index, state)
        case .numpyType: try checkByteOrder(state)
        case .dictionary, .orderedDictionary, .object, .tensor:
            graph.update(index) { $0.state = state }
        case .list, .tuple, .set: throw malformed("attributes for something that has none")
        }
    }
}
