import ConformanceKit
import Foundation

exit(
    ConformanceCommand.run(
        Array(CommandLine.arguments.dropFirst()), write: { print($0) },
        complain: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }))
