/// Why a Python config cannot be read, at a byte of its expanded text.
struct PythonProblem: Error {
    let offset: Int
    let problem: String
    let remedy: String?

    init(at offset: Int, _ problem: String, remedy: String? = nil) {
        self.offset = offset
        self.problem = problem
        self.remedy = remedy
    }

    /// Text that Python itself would refuse.
    static func syntax(at offset: Int, _ problem: String, remedy: String? = nil) -> PythonProblem {
        PythonProblem(at: offset, "not valid Python: \(problem)", remedy: remedy)
    }

    /// Python that a config needs no Python for, but that this program does not compute.
    static func unsupported(
        at offset: Int, _ construct: String, remedy: String = Self.writeTheValue
    ) -> PythonProblem {
        PythonProblem(at: offset, "\(construct) is not supported in a config", remedy: remedy)
    }

    /// The way out for whatever only Python can compute.
    static let writeTheValue = """
        write the value itself, or let MMCV write the file: Config.fromfile(…).dump("config.json")
        """
    /// The way out for configs that inherit by importing.
    static let resolveLazyConfig = """
        inherit by _base_ = […], or let MMEngine write the file: Config.fromfile(…).dump("config.py")
        """
}

/// How much a config may make of itself; a file that asks for more is refused before it is made.
struct PythonBudget {
    /// How deep expressions, blocks and values may stand in each other.
    static let depthLimit = 200
    /// How long one text may become, in bytes.
    static let textLimit = 1 << 20

    private var values = 1_000_000
    private var bytes = 1 << 24
    /// How many values may be told of that others replaced.
    private var remembered = 100_000

    /// Works on what is only remembered: it has a budget of its own, and remembers nothing itself.
    mutating func remembering<R>(_ body: (inout PythonBudget) -> R?) -> R? {
        guard remembered > 0 else { return nil }
        var budget = PythonBudget()
        (budget.values, budget.remembered) = (remembered, 0)
        defer { remembered = budget.values }
        return body(&budget)
    }

    /// Accounts for values about to be made or looked at.
    mutating func spend(values count: Int, at offset: Int) throws(PythonProblem) {
        guard count <= values else {
            throw PythonProblem(at: offset, "the config makes more than 1000000 values")
        }
        values -= count
    }

    /// Accounts for a text about to be made.
    mutating func spend(bytes count: Int, at offset: Int) throws(PythonProblem) {
        guard count <= Self.textLimit, count <= bytes else {
            throw PythonProblem(at: offset, "the config makes a text of more than 1 MiB")
        }
        bytes -= count
    }

    /// Refuses what stands too deep.
    static func check(depth: Int, at offset: Int) throws(PythonProblem) {
        if depth > depthLimit {
            throw PythonProblem(
                at: offset, "lists, mappings and expressions are nested more than 200 deep")
        }
    }
}
