import Classifiers
import ConfigCore
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces

@Suite("messages") struct MessageTests {
    private static func backbone(_ more: (String, ConfigNode)...) -> ConfigNode {
        let plain: ConfigNode = ["type": "ResNet_CIFAR", "depth": 18, "base_channels": 4]
        return classifier(backbone: more.reduce(plain) { $0.setting($1.0, to: $1.1) })
    }

    private static func head(_ more: (String, ConfigNode)...) -> ConfigNode {
        let plain: ConfigNode = ["type": "LinearClsHead", "num_classes": 10, "in_channels": 32]
        return classifier(head: more.reduce(plain) { $0.setting($1.0, to: $1.1) })
    }

    private static func initialization(_ rule: ConfigNode) -> ConfigNode {
        head(("init_cfg", rule))
    }

    static let mistakes: [(ConfigNode, String)] = [
        (
            backbone(("type", "ResNet_CIFR")),
            "backbone.type: \"ResNet_CIFR\" is not a known backbone; did you mean \"ResNet_CIFAR\"?"
        ),
        (
            backbone(("type", "SEResnet")),
            "backbone.type: \"SEResnet\" is not a known backbone; did you mean \"SEResNet\"?"
        ),
        (
            backbone(("depth", 20)),
            "backbone.depth: expected 18, 34, 50, 101 or 152, got the number 20"
        ),
        (backbone(("dept", 20)), "backbone.dept: unknown key; did you mean depth?"),
        (
            backbone(("colour", 20)),
            "backbone.colour: unknown key; known: type, depth, in_channels, "
        ),
        (
            backbone(("base_channels", 0)),
            "backbone.base_channels: expected a positive integer, got the number 0"
        ),
        (
            backbone(("num_stages", 5)), "backbone.num_stages: expected 1 to 4, got the number 5"
        ),
        (
            backbone(("strides", [1, 2])),
            "backbone.strides: has 2 entries, num_stages is 4; give one number a stage"
        ),
        (
            backbone(("out_indices", [4])),
            "backbone.out_indices: expected stages from 0 to 3, got a list"
        ),
        (
            backbone(("style", "tensorflow")),
            "backbone.style: expected \"pytorch\" or \"caffe\", got the string \"tensorflow\""
        ),
        (
            backbone(("deep_stem", true)),
            "backbone.deep_stem: ResNet_CIFAR has a stem of its own; leave it out"
        ),
        (
            backbone(("frozen_stages", 5)),
            "backbone.frozen_stages: expected -1 (none) to 4, got the number 5"
        ),
        (
            backbone(("expansion", 4)),
            "backbone.expansion: expected 1 at depth 18, whose blocks have no middle, got the number 4"
        ),
        (
            backbone(("drop_path_rate", 1)),
            "backbone.drop_path_rate: expected a share of at least 0 and below 1, got the number 1"
        ),
        (
            backbone(("conv_cfg", ["type": "DCN"])),
            "backbone.conv_cfg.type: \"DCN\" is not a known convolution; known: Conv2d, Conv"
        ),
        (
            backbone(("norm_cfg", ["type": "BatchNorm"])),
            "backbone.norm_cfg.type: \"BatchNorm\" is not a known normalisation; known: BN, BN2d, SyncBN, "
                + "MMSyncBN"
        ),
        (
            backbone(("norm_cfg", ["type": "BN", "requires_grads": true])),
            "backbone.norm_cfg.requires_grads: unknown key; did you mean requires_grad?"
        ),
        (
            classifier(neck: ["type": "GlobalAveragePooling", "dim": 3]),
            "neck.dim: 3 is not supported yet; images have dim 2"
        ),
        (
            head(("num_classes", -1)),
            "head.num_classes: expected a positive integer, got the number -1"
        ),
        (
            head(("in_channels", 64)),
            "head.in_channels: expected 32, the channels of the backbone's last feature, got the "
                + "number 64"
        ),
        (head(("topk", [1, 0])), "head.topk: expected positive integers, got a list"),
        (
            head(("loss", ["type": "CrossEntropyLos"])),
            "head.loss.type: \"CrossEntropyLos\" is not a known loss; did you mean "
                + "\"CrossEntropyLoss\"?"
        ),
        (
            head(("loss", ["type": "CrossEntropyLoss", "use_sigmoid": true, "use_soft": true])),
            "head.loss.use_soft: does not go together with use_sigmoid; set only one of them"
        ),
        (
            head(("loss", ["type": "CrossEntropyLoss", "reduction": "avg"])),
            "head.loss.reduction: expected \"none\", \"mean\" or \"sum\", got the string \"avg\""
        ),
        (
            head(("loss", ["type": "CrossEntropyLoss", "reduction": "sum"])),
            "head.loss: reduction \"sum\" does not go with a head, which averages over the batch; "
                + "use \"mean\" and loss_weight"
        ),
        (
            initialization(["type": "Kaimin", "layer": "Linear"]),
            "head.init_cfg.type: \"Kaimin\" is not a known initializer; did you mean \"Kaiming\"?"
        ),
        (
            initialization(["type": "Normal", "layer": "linear"]),
            "head.init_cfg.layer: \"linear\" is not a known layer; did you mean \"Linear\"?"
        ),
        (
            initialization([["type": "Normal", "std": 0.1]]),
            "head.init_cfg[0]: names no layer and so initialises nothing; add \"layer\""
        ),
        (
            initialization(["type": "Kaiming", "layer": "_BatchNorm"]),
            "head.init_cfg.layer: Kaiming needs weights of two dimensions or more, _BatchNorm has one; "
                + "use Constant"
        ),
        (
            initialization(["type": "Normal", "layer": "Linear", "override": [:]]),
            "head.init_cfg.override.name: required key is missing"
        ),
        (
            initialization(["type": "Pretrained", "prefix": "head."]),
            "head.init_cfg.checkpoint: required key is missing"
        ),
        (
            classifier(("train_cfg", ["augments": ["type": "BatchMixup", "alpha": 0.2]])),
            "train_cfg.augments.num_classes: required key is missing"
        ),
        (
            classifier().setting("type", to: "ImageClasifier"),
            "type: \"ImageClasifier\" is not a known classifier; did you mean \"ImageClassifier\"?"
        ),
        (classifier().removing("head"), "head: required key is missing"),
    ]

    @Test("say what is wrong with a model's config")
    func mistakes() throws {
        for (config, message) in Self.mistakes {
            let bench = try Workbench()
            let error = #expect(throws: ConfigError.self) { try bench.model(config) }
            // Of a list of all known keys the table has only the first few.
            let messages = error?.issues.map {
                message.hasSuffix(", ") ? String($0.message.prefix(message.count + 6)) : $0.message
            }
            #expect(messages == ["model." + message])
        }
    }

    static let oddEvaluations: [(ConfigNode, String)] = [
        (
            ["metric": "acuracy"],
            "evaluation.metric: \"acuracy\" is not a known metric of single-label data sets; did you "
                + "mean \"accuracy\"?"
        ),
        (
            ["metric_options": ["topk": 0]],
            "evaluation.metric_options.topk: expected positive integers, got the number 0"
        ),
        (
            ["metric_options": ["thr": 0.5]],
            "evaluation.metric_options.thr: unknown key; did you mean thrs?"
        ),
        (
            ["metric_options": ["average_mode": "micro"]],
            "evaluation.metric_options.average_mode: expected \"macro\" or \"none\", got the string "
                + "\"micro\"; did you mean \"macro\"?"
        ),
    ]

    @Test("say what is wrong with an evaluation")
    func evaluations() throws {
        for (config, message) in Self.oddEvaluations {
            let error = #expect(throws: ConfigError.self) {
                try config.decode(at: "evaluation") {
                    try ClassificationMetrics(from: &$0, BuildContext())
                }
            }
            #expect(error?.issues.map(\.message) == [message])
        }
    }

    @Test("warn of what is taken and means less than it says")
    func warnings() throws {
        let bench = try Workbench()
        let head: ConfigNode = [
            "type": "LinearClsHead", "num_classes": 3, "in_channels": 32, "topk": [1, 5],
            "cal_acc": true,
            "init_cfg": [
                ["type": "Normal", "layer": "Linear"], ["type": "Normal", "layer": "Conv2d"],
            ],
        ]
        let model = try bench.model(classifier(head: head))
        let evaluation: ConfigNode = ["metric": "accuracy"]
        _ = try evaluation.decode(at: "evaluation") {
            try ClassificationMetrics(from: &$0, classCount: 3, bench.context)
        }
        #expect(
            bench.warnings.issues.map(\.message) == [
                "model.head.topk: there are 3 classes, top-5 counts as top-3; use at most 3",
                "model.head.init_cfg[1]: initialises nothing, there is no Conv2d in LinearClsHead",
                "evaluation.metric_options.topk: there are 3 classes, top-5 counts as top-3; use at "
                    + "most 3",
            ])
        let batch = Batch.images(.pattern([2, 3, 8, 8]), labels: [0, 1])
        let output = try model.validationStep(batch, bench.forward(.evaluation))
        #expect(output.logVariables.map(\.name) == ["top-1", "top-5", "loss"])
    }

    static let badBatches: [(Batch, String)] = [
        (
            Batch(.dictionary(DataDictionary()), sampleCount: 1),
            "batch: there is no \"img\"; the pipeline's Collect must list it in keys"
        ),
        (
            .images(.pattern([2, 1, 8, 8]), labels: [0, 1]),
            "batch: \"img\" has the shape [2, 1, 8, 8], the backbone takes images with 3 channels; "
                + "set in_channels, or color_type of LoadImageFromFile"
        ),
        (
            .images(.pattern([2, 8, 8]), labels: [0, 1]),
            "batch: \"img\" has the shape [2, 8, 8], expected [N, C, H, W]; the pipeline needs "
                + "ImageToTensor with keys [\"img\"]"
        ),
        (
            .images(.pattern([2, 3, 8, 8])),
            "batch: there is no \"gt_label\" of 2 class numbers; the pipeline's Collect must list it "
                + "in keys"
        ),
        (
            .images(.pattern([2, 3, 8, 8]), labels: [1, 10]),
            "label 10 of sample 1 in the batch is not one of the 10 classes 0 to 9"
        ),
    ]

    @Test("say what is wrong with a batch")
    func batches() throws {
        let bench = try Workbench()
        let model = try bench.model(classifier())
        for (batch, message) in Self.badBatches {
            let error = #expect(throws: (any Error).self) {
                try model.validationStep(batch, bench.forward(.evaluation))
            }
            #expect(error.map { "\($0)" } == message)
        }
    }
}
