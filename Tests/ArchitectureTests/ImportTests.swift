import Testing

/// What each target may import: the arrows of the package, and where each outside module is let in.
private enum ImportRules {
    /// The language's own libraries, for everybody.
    static let common: Set = [
        "Foundation", "FoundationEssentials", "Glibc", "Dispatch", "Synchronization",
    ]

    static let core = ["ConfigCore", "TensorCore", "TorchFile"]
    static let model = ["TrainingInterfaces", "NeuralNet", "TensorCore"]
    static let everything =
        core + [
            "NeuralNet", "TrainingInterfaces", "ImageData", "Classifiers", "TensorBoardFile",
            "Drawing", "WorkflowRunner", "Experiments", "CommandLineTool", "MMRunner",
        ]
    static let composed = everything.filter { !["CommandLineTool", "MMRunner"].contains($0) }

    /// Our own modules by importing target.
    static let ours: [String: [String]] = [
        "ConfigCore": [], "TensorCore": [], "TorchFile": [], "TensorBoardFile": [],
        "Drawing": [],
        "NeuralNet": ["TensorCore"],
        "TrainingInterfaces": ["NeuralNet", "TensorCore"],
        "ImageData": ["TrainingInterfaces", "TensorCore", "ConfigCore"],
        "Classifiers": model + ["ConfigCore"],
        "WorkflowRunner": model + ["TorchFile", "TensorBoardFile", "Drawing", "ConfigCore"],
        "Experiments": composed.filter { $0 != "Experiments" },
        "CommandLineTool": ["Experiments"],
        "MMRunner": everything,
        "Command": ["CommandLineTool"],
        "Benchmarks": everything, "TestSupport": everything, "ConformanceKit": everything,
        "Conformance": everything + ["ConformanceKit"],
    ]

    /// Packages by importing target.
    static let packages: [String: [String]] = [
        "ConfigCore": ["Yams"], "TensorBoardFile": ["SwiftProtobuf"],
        "WorkflowRunner": ["Logging"], "Experiments": ["Logging"], "MMRunner": ["Logging"],
        "CommandLineTool": ["ArgumentParser"], "Benchmarks": ["ArgumentParser"],
        "ConformanceKit": ["Logging"], "TestSupport": ["Logging", "SwiftProtobuf", "Testing"],
    ]

    /// The one folder that calls a C module.
    static let folders: [String: String] = [
        "COneDNN": "TensorCore/OneDNN", "COpenBLAS": "TensorCore/OpenBLAS",
        "CVectorLoops": "TensorCore/Loops", "CPNG": "ImageData/PNG", "CJPEG": "ImageData/JPEG",
        "CDeflate": "ImageData/PNG",
        "CZlib": "ImageData/Files", "CExpat": "ImageData/XML",
        "CJSON": "ConfigCore/JSON", "CZip": "TorchFile/Archive",
        "CCairo": "Drawing/Cairo",
    ]

    static func allows(_ module: String, in file: SourceTree.File) -> Bool {
        if let folder = folders[module] { return file.folder == folder }
        return common.contains(module) || ours[file.target]?.contains(module) == true
            || packages[file.target]?.contains(module) == true
    }
}

@Suite("imports")
struct ImportTests {
    private func importedModule(_ line: String) -> String? {
        // The pattern is slow, and few lines have the word.
        guard line.contains("import ") else { return nil }
        let pattern =
            /^\s*(?:@\w+\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
        return line.firstMatch(of: pattern).map { String($0.output.1) }
    }

    @Test("a line's module is found whatever stands around it")
    func reading() {
        let lines = [
            "import Foundation": "Foundation", "public import NeuralNet": "NeuralNet",
            "internal import COneDNN": "COneDNN", "@_exported public import MMRunner": "MMRunner",
            "import struct Foundation.URL": "Foundation", "  package import A": "A",
        ]
        for (line, module) in lines { #expect(importedModule(line) == module) }
        #expect(importedModule("let imports = 1") == nil)
        #expect(importedModule("important(import)") == nil)
    }

    @Test("every target imports what the table of targets allows")
    func imports() throws {
        let files = try SourceTree.sources()
        #expect(files.count > 50)
        #expect(
            Set(files.map(\.target)).subtracting(ImportRules.ours.keys) == [],
            "targets without a row in the table")
        let wrong = files.flatMap { file in
            file.code.compactMap { line -> String? in
                guard let module = importedModule(line.text), !ImportRules.allows(module, in: file)
                else { return nil }
                return "\(file.path):\(line.number): \(module)"
            }
        }
        #expect(wrong == [])
    }
}
