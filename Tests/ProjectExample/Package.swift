// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "MyProject",
    dependencies: [.package(name: "MMRunner", path: "../..")],
    targets: [
        .executableTarget(
            name: "MyProject", dependencies: [.product(name: "MMRunner", package: "MMRunner")])
    ],
    swiftLanguageModes: [.v6]
)
