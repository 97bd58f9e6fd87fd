import Classifiers
import ConfigCore
import NeuralNet
import Testing

@Suite("LabelSmoothLoss from a config") struct LabelSmoothLossTests {
    private func build(_ config: ConfigNode, _ context: BuildContext = BuildContext()) throws
        -> LabelSmoothLoss?
    {
        try ModelRegistries.standard.losses.build(config, at: "loss", context) as? LabelSmoothLoss
    }

    @Test("settings") func settings() throws {
        let plain = try build(["type": "LabelSmoothLoss", "label_smooth_val": 0.1])
        #expect(plain?.value == 0.1)
        #expect(plain?.mode == .original)
        #expect(plain?.classCount == nil)
        let other = try build([
            "type": "LabelSmoothLoss", "label_smooth_val": 0.2, "mode": "classy_vision",
            "num_classes": 10,
        ])
        #expect(other?.mode == .classyVision)
        #expect(other?.classCount == 10)
    }

    static let mistakes: [(ConfigNode, String)] = [
        (["type": "LabelSmoothLoss"], "loss.label_smooth_val: required key is missing"),
        (
            ["type": "LabelSmoothLoss", "label_smooth_val": 0],
            "loss.label_smooth_val: expected a fraction of at least 0.0 and below 1.0, got the "
                + "number 0"
        ),
        (
            ["type": "LabelSmoothLoss", "label_smooth_val": -0.1],
            "loss.label_smooth_val: expected a fraction of at least 0.0 and below 1.0, got the "
                + "number -0.1"
        ),
        (
            ["type": "LabelSmoothLoss", "label_smooth_val": 0.1, "mode": "other"],
            "loss.mode: expected \"original\", \"classy_vision\" or \"multi_label\", got the string "
                + "\"other\""
        ),
        (
            ["type": "LabelSmoothLoss", "label_smooth_val": 0.1, "num_classes": 0],
            "loss.num_classes: expected a positive integer, got the number 0"
        ),
        (
            ["type": "LabelSmoothLoss", "label_smooth_val": 0.1, "smooth": 1],
            "loss.smooth: unknown key; known: "
        ),
    ]

    @Test("mistakes", arguments: mistakes) func mistake(config: ConfigNode, text: String) {
        #expect { _ = try build(config) } throws: { "\($0)".hasPrefix(text) }
    }

    @Test("keys without effect bring warnings") func warnings() throws {
        let warnings = BuildWarnings()
        var context = BuildContext()
        context.provide(warnings)
        _ = try build(
            [
                "type": "LabelSmoothLoss", "label_smooth_val": 0.1, "reduction": "sum",
                "loss_weight": 2,
            ], context)
        #expect(
            warnings.issues.map { "\($0)" } == [
                "loss.reduction: has no effect on LabelSmoothLoss, as in MMClassification; "
                    + "leave it out",
                "loss.loss_weight: has no effect on LabelSmoothLoss, as in MMClassification; "
                    + "leave it out",
            ])
    }
}
