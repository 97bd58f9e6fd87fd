// swift-tools-version: 6.2
import PackageDescription

// A package of its own: in another repository the dependency has a URL in place of the path.
let package = Package(
    name: "ExtensionExample",
    dependencies: [.package(name: "MMRunner", path: "../..")],
    targets: [
        .executableTarget(
            name: "ExtensionExample",
            dependencies: [.product(name: "MMRunner", package: "MMRunner")])
    ],
    swiftLanguageModes: [.v6]
)
