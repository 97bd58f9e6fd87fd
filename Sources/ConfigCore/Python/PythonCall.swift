/// What a call gives to a function.
struct PythonCall {
    let offset: Int
    let arguments: [PythonSlot]
    private(set) var keywords: [(key: PythonKey, slot: PythonSlot)] = []

    init(offset: Int, arguments: [PythonSlot]) {
        self.offset = offset
        self.arguments = arguments
    }

    /// Adds `name=value`, each name once.
    mutating func add(_ key: PythonKey, _ slot: PythonSlot, at offset: Int) throws(PythonProblem) {
        guard case .text = key else {
            throw PythonProblem(at: offset, "** wants a dict whose keys are strings")
        }
        guard seen.insert(key).inserted else {
            throw PythonProblem(
                at: offset, "\(key.name)= is given twice, once by **",
                remedy: "write {**other, \"\(key.name)\": …} to replace it")
        }
        keywords.append((key, slot))
    }

    private var seen: Set<PythonKey> = []

    /// The values, in order, of a function that takes so many; those of `names` may come by name.
    func values(
        _ count: ClosedRange<Int>, of function: String, names: [String] = []
    ) throws(PythonProblem) -> [PythonValue] {
        var values = arguments.map(\.value)
        for (key, slot) in keywords {
            guard values.count < count.upperBound, key.name == names.dropFirst(values.count).first
            else {
                throw PythonProblem(at: offset, "\(function)() takes no \(key.name)= here")
            }
            values.append(slot.value)
        }
        guard count.contains(values.count) else {
            throw PythonProblem(
                at: offset, "\(function)() takes \(Self.words(count)), got \(values.count)")
        }
        return values
    }

    private static func words(_ count: ClosedRange<Int>) -> String {
        let last = count.upperBound == 1 ? "1 value" : "\(count.upperBound) values"
        return count.lowerBound == count.upperBound ? last : "\(count.lowerBound) to \(last)"
    }
}
