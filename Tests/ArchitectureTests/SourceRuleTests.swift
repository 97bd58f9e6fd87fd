import Testing

@Suite("rules for sources")
struct SourceRuleTests {
    @Test("no file is longer than 400 lines")
    func length() throws {
        let long = try SourceTree.sources().filter { $0.lines.count > 400 }
        #expect(long.map { "\($0.path): \($0.lines.count)" } == [])
    }

    @Test("nothing traps on a user's mistake")
    func traps() throws {
        let found = try SourceTree.sources().flatMap { file in
            file.code.filter { number, text in
                text.contains("try!") || text.contains("as!")
                    || (text.contains("fatalError(") && !mayTrap(file, number, text))
            }.map { "\(file.path):\($0.number)" }
        }
        #expect(found == [])
    }

    /// `require` is how a programmer's mistake traps, a name registered twice is such a mistake, and
    /// what is marked unavailable never runs.
    private func mayTrap(_ file: SourceTree.File, _ number: Int, _ text: String) -> Bool {
        let before = file.lines[max(0, number - 6)..<(number - 1)]
        return before.contains { $0.contains("func require(") }
            || file.path == "ConfigCore/Registry/Registry.swift"
            || text.contains("fatalError(\"unavailable\")")
    }

    @Test("an unchecked promise says why it holds")
    func unchecked() throws {
        let found = try SourceTree.sources().flatMap { file in
            file.lines.enumerated().compactMap { place, line -> String? in
                guard line.contains("@unchecked Sendable"), !line.contains("//") else { return nil }
                let before = place > 0 ? file.lines[place - 1].drop { $0 == " " } : ""
                return before.hasPrefix("//") ? nil : "\(file.path):\(place + 1)"
            }
        }
        #expect(found == [])
    }

    @Test(
        "the top level holds what belongs there",
        .enabled("this is a git checkout") { try SourceTree.topLevel() != nil })
    func topLevel() throws {
        let allowed: Set = [
            "Package.swift", "Sources", "Tests", "tools", "configs", "datasets", "README.md",
            "LICENSE",
        ]
        let names = try #require(try SourceTree.topLevel())
        #expect(names.filter { !$0.hasPrefix(".") && !allowed.contains($0) } == [])
        #expect(allowed.isSubset(of: names))
    }

    @Test("a C library's target holds a module map and a shim")
    func shims() throws {
        let swift = try SourceTree.sources().filter {
            $0.target.hasPrefix("C") && $0.target.dropFirst().first?.isUppercase == true
        }
        #expect(swift.map(\.path) == [])
    }
}
