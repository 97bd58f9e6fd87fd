import Testing

private struct Mistake: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let message: String
    var exitCode: Int32 = 64
    var testDescription: String { arguments.joined(separator: " ") }

    static let all = [
        Mistake(
            arguments: ["train-step", "--preset", "resnet"],
            message:
                "Error: The value 'resnet' is invalid for '--preset <preset>'. Please provide one "
                + "of 'resnet18_cifar', 'resnet50_imagenet' or 'digits'."),
        Mistake(
            arguments: ["train-step", "--model", "ResNet-20"],
            message: "Error: The value 'ResNet-20' is invalid for '--model <model>'"),
        Mistake(
            arguments: ["train-step", "--preset", "digits", "--model", "ResNet-18"],
            message: "Error: --preset and --model both name a model; give one of them"),
        Mistake(
            arguments: ["train-step", "--repeats", "0"],
            message: "Error: --repeats and --warmup must be at least 1"),
        Mistake(
            arguments: ["eval-step", "--batch", "0"],
            message: "Error: --batch and --size must be at least 1"),
        Mistake(
            arguments: ["eval-step", "--against-pytorch", "--peers", "nchw_fp32,nhwc"],
            message: "Error: The value 'nchw_fp32,nhwc' is invalid for '--peers <names>'"),
        Mistake(
            arguments: ["train-step", "--peers", "nchw_fp32"],
            message: "Error: --peers has no effect without --against-pytorch; add that"),
        Mistake(
            arguments: ["loader", "--workers", "1,-2"],
            message: "Error: The value '1,-2' is invalid for '--workers <counts>'"),
        Mistake(
            arguments: ["loader", "--data", "nowhere"],
            message: "nowhere: no such folder; --data names a folder of images", exitCode: 65),
        Mistake(
            arguments: ["loader", "--data", "."],
            message: ".: no .png files in it or below it", exitCode: 65),
        Mistake(
            arguments: ["startup", "--program", "nowhere"],
            message: "nowhere: no such program; give another with --program"),
    ]
}

@Suite("tools/benchmark: arguments")
struct ArgumentTests {
    @Test("a mistake gets one clear message", arguments: Mistake.all)
    private func mistakes(_ mistake: Mistake) throws {
        let tool = try BenchmarkTool()
        defer { tool.remove() }
        let result = try tool(mistake.arguments)
        #expect(result.exitCode == mistake.exitCode)
        #expect(result.errors.split(separator: "\n").first.map(String.init) == mistake.message)
        #expect(result.output == "")
    }
}
