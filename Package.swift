// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where nobody is there to read them.
let warnings: [SwiftSetting] =
    Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

let strict: [SwiftSetting] =
    [
        .strictMemorySafety(),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + warnings

/// A target of ours, and the targets and products it may import (`Sources/README.md` draws the arrows).
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// Tests find fixtures by the place of their source files, so none are resources.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: warnings)
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "MMRunner",
    products: [
        .library(name: "MMRunner", targets: ["MMRunner"]),
        .executable(name: "mmrunner", targets: ["Command"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries: a module map and a shim each.
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-openmp-dev", "libopenblas-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
        .systemLibrary(
            name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CJSON", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"])]),
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
        .target(name: "CVectorLoops"),

        library("ConfigCore", ["CJSON", yams]),
        library("TensorCore", ["COneDNN", "COpenBLAS", "CVectorLoops"]),
        library("TorchFile", ["CZip"]),
        library("Drawing", ["CCairo"]),
        library("NeuralNet", ["TensorCore"]),
        library("TrainingInterfaces", ["NeuralNet", "TensorCore"]),
        library(
            "ImageData",
            [
                "TrainingInterfaces", "TensorCore", "ConfigCore", "CPNG", "CJPEG", "CDeflate",
                "CZlib", "CExpat",
            ]),
        library("Classifiers", ["TrainingInterfaces", "NeuralNet", "TensorCore", "ConfigCore"]),
        .target(
            name: "TensorBoardFile", dependencies: [protobuf], exclude: ["Generated/event.proto"],
            swiftSettings: strict),
        library(
            "WorkflowRunner",
            [
                "TrainingInterfaces", "NeuralNet", "TensorCore", "TorchFile", "TensorBoardFile",
                "Drawing", "ConfigCore", logging,
            ]),
        library(
            "Experiments",
            [
                "WorkflowRunner", "Classifiers", "ImageData", "TrainingInterfaces", "NeuralNet",
                "TensorCore", "TorchFile", "Drawing", "ConfigCore", logging,
            ]),
        library("CommandLineTool", ["Experiments", argumentParser]),
        library(
            "MMRunner",
            [
                "CommandLineTool", "Experiments", "WorkflowRunner", "Classifiers", "ImageData",
                "TrainingInterfaces", "NeuralNet", "TensorCore", "TorchFile", "Drawing",
                "ConfigCore",
                logging,
            ]),
        .executableTarget(
            name: "Command", dependencies: ["CommandLineTool"], swiftSettings: strict),

        // Measuring and proving.
        library(
            "TestSupport",
            ["TensorBoardFile", "NeuralNet", "TensorCore", "TrainingInterfaces", protobuf]),
        library(
            "ConformanceKit",
            [
                "Experiments", "WorkflowRunner", "Classifiers", "ImageData", "TrainingInterfaces",
                "NeuralNet", "TensorCore", "TorchFile", "ConfigCore", logging,
            ]),
        .executableTarget(
            name: "conformance", dependencies: ["ConformanceKit"], path: "Sources/Conformance",
            swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Experiments", "WorkflowRunner", "ImageData", "TrainingInterfaces", "NeuralNet",
                "TensorCore", "TorchFile", "ConfigCore", argumentParser,
            ], swiftSettings: strict),
        // A package of a user's; built here as a target, too, so that tests run it.
        .executableTarget(
            name: "ExtensionExample", dependencies: ["MMRunner"],
            path: "Tests/ExtensionExample/Sources/ExtensionExample", swiftSettings: warnings),
        // What tools/new-project writes; built here, too, so that tests run it.
        .executableTarget(
            name: "MyProject", dependencies: ["MMRunner"],
            path: "Tests/ProjectExample/Sources/MyProject", swiftSettings: warnings),

        tests("ConfigCoreTests", ["ConfigCore"], exclude: ["Fixtures"]),
        tests(
            "ClassifiersTests",
            ["Classifiers", "TrainingInterfaces", "NeuralNet", "TensorCore", "ConfigCore"],
            exclude: ["Fixtures"]),
        tests("ExperimentsTests", ["MMRunner", "Drawing", "TestSupport"], exclude: ["Fixtures"]),
        tests("ImageDataTests", ["ImageData", "TrainingInterfaces", "TensorCore", "ConfigCore"]),
        tests("DrawingTests", ["Drawing"]),
        tests("TensorBoardFileTests", ["TensorBoardFile", "TestSupport"]),
        tests("ToolTests", ["Command", "ExtensionExample", "MyProject", "TorchFile"]),
        tests("TorchFileTests", ["TorchFile"]),
        tests("ArchitectureTests", []),
        tests("BenchmarkTests", ["Benchmarks", "Command"]),
        tests("ConformanceKitTests", ["ConformanceKit", "ConfigCore"]),
        tests(
            "NeuralNetTests", ["NeuralNet", "TensorCore", "TestSupport"], exclude: ["Fixtures"]),
        tests("TensorCoreTests", ["TensorCore", "TestSupport"], exclude: ["Fixtures"]),
        tests(
            "WorkflowRunnerTests",
            [
                "WorkflowRunner", "TrainingInterfaces", "NeuralNet", "TensorCore", "TorchFile",
                "Drawing", "ConfigCore", "TestSupport", logging,
            ], exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6]
)
