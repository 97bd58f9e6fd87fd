internal import TensorCore

/// Runs recorded cases through the program and tells which ones fail.
public struct ConformanceCommand {
    /// How the command is called.
    public static let usage = """
        usage: conformance FILE... [--only PREFIX...] [--threads N] [--algorithm NAME]

        Runs every case of the oracle files through MMRunner, prints each failing case with the
        expected and the actual values, and ends with the line "N passed, N failed".

          --only PREFIX...  run only cases whose name begins with one of the prefixes
          --threads N       kernel threads; 1 unless given, so that no result depends on the machine
          --algorithm NAME  compute convolutions by direct, winograd, im2col, whole_image, transposed or
                            matrix_tiles wherever that is possible, instead of by the rule
          --help            show this text

        exit code: 0 if no case failed, 1 if any did, 64 if a file or the call is wrong
        """

    private let files: [OracleFile]
    private let prefixes: [String]
    private let threads: Int
    private let algorithm: ConvolutionAlgorithm?

    /// Runs the command.
    ///
    /// - Parameters:
    ///   - arguments: The command line without the program's name.
    ///   - write: Takes a line for standard output.
    ///   - complain: Takes a line for standard error.
    /// - Returns: The exit code.
    public static func run(
        _ arguments: [String], write: (String) -> Void, complain: (String) -> Void
    ) -> Int32 {
        if arguments.contains("--help") || arguments.contains("-h") {
            write(usage)
            return 0
        }
        do {
            return try Self(arguments).run(write) ? 0 : 1
        } catch let error as UsageError {
            complain(error.description)
            return 64
        } catch {
            complain("\(error)")
            return 1
        }
    }

    private init(_ arguments: [String]) throws {
        var paths: [String] = []
        var prefixes: [String] = []
        var threads = "1"
        var algorithm: ConvolutionAlgorithm?
        var option: String?
        for argument in arguments {
            if ["--only", "--threads", "--algorithm"].contains(argument) {
                option = argument
            } else if argument.hasPrefix("-") {
                throw UsageError("conformance: \(argument): unknown option; see --help")
            } else if option == "--threads" {
                threads = argument
                option = nil
            } else if option == "--algorithm" {
                algorithm = ConvolutionAlgorithm(rawValue: argument)
                guard algorithm != nil else {
                    let names = ConvolutionAlgorithm.allCases.map(\.rawValue)
                    throw UsageError(
                        "conformance: --algorithm: there is no \"\(argument)\"; expected one of "
                            + names.joined(separator: ", "))
                }
                option = nil
            } else if option == "--only", !argument.hasSuffix(".json") {
                prefixes.append(argument)
            } else {
                // No case is named like a file, so that files may stand behind the prefixes.
                paths.append(argument)
            }
        }
        guard !paths.isEmpty else {
            throw UsageError("conformance: no file was given; see --help")
        }
        guard !arguments.contains("--only") || !prefixes.isEmpty else {
            throw UsageError("conformance: --only: no prefix was given; see --help")
        }
        guard let count = Int(threads), count > 0, option != "--threads" else {
            throw UsageError("conformance: --threads: expected a positive number; see --help")
        }
        guard option != "--algorithm" else {
            throw UsageError("conformance: --algorithm: no name was given; see --help")
        }
        self.prefixes = prefixes
        self.algorithm = algorithm
        self.threads = count
        files = try paths.map { try OracleFile(path: $0) }
    }

    private func run(_ write: (String) -> Void) throws -> Bool {
        let device = try Device(threads: threads)
        device.algorithms.preferred = algorithm
        let judge = CaseJudge(families: Families.all)
        var (passed, failed) = (0, 0)
        for file in files {
            let context = CaseContext(device: device, folder: file.folder, file: file.head)
            for item in file.cases where isWanted(item) {
                let failures = judge.failures(of: item, hint: file.stem, context)
                if failures.isEmpty {
                    passed += 1
                } else {
                    failed += 1
                    report(item, of: file, failures, write)
                }
            }
        }
        write("\(passed) passed, \(failed) failed")
        return failed == 0
    }

    private func isWanted(_ item: OracleCase) -> Bool {
        prefixes.isEmpty || prefixes.contains { item.name.hasPrefix($0) }
    }

    private func report(
        _ item: OracleCase, of file: OracleFile, _ failures: [String], _ write: (String) -> Void
    ) {
        let shown = 4
        write("FAILED \(file.stem): \(item.name)")
        for line in failures.prefix(shown) { write("    \(line)") }
        if failures.count > shown { write("    and \(failures.count - shown) more differences") }
    }
}
