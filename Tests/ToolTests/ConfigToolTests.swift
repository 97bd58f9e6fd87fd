import Foundation
import Testing

@Suite("tools/print-config and tools/convert-config")
struct ConfigToolTests {
    @Test("a whole validation in a run by iterations counts its loader's batches")
    func newStyleIterations() throws {
        let calendar = try Tool()(
            "print-config", "\(Tool.root)/configs/digits/resnet18_digits_iter_new.json",
            "--workflow", "--cfg-options", "train_cfg.max_iters=100", "train_cfg.val_interval=30")
        let lines = calendar.output.split(separator: "\n").map(String.init)
        #expect(
            Array(lines.prefix(2)) == [
                "runner: IterBasedRunner, max: 100 iterations",
                "workflow: [('train', 30), ('val', len(val_dataloader))]",
            ])
        #expect(lines.contains("evaluation: after iteration 30, 60, 90, 100"))
    }

    @Test("the calendar of a workflow")
    func calendar() throws {
        let result = try Tool()([
            "print-config", "\(Tool.root)/configs/digits/resnet18_digits_workflow.json",
            "--workflow",
            "--cfg-options", "runner.max_epochs=5",
        ])
        #expect(
            result.output == """
                runner: EpochBasedRunner, max: 5 epochs
                workflow: [('train', 2), ('val', 1)]
                train: epochs 1-2
                val: after epoch 2
                train: epochs 3-4
                val: after epoch 4
                train: epoch 5
                val: after epoch 5
                learning rate: 0.1
                evaluation: after epoch 1, 2, 3, 4, 5
                checkpoints: after epoch 1, 2, 3, 4, 5
                end: after epoch 5

                """)
    }

    @Test(
        "the calendar of iterations, of a rate that follows them, and of hooks that count otherwise"
    )
    func iterations() throws {
        let tool = try Tool()
        let result = try tool([
            "print-config", "\(Tool.root)/configs/digits/resnet18_digits_iter.json", "--workflow",
            "--cfg-options", "lr_config._delete_=True", "lr_config.policy=exp",
            "lr_config.gamma=0.9", "lr_config.warmup=linear", "lr_config.warmup_iters=5",
            "lr_config.warmup_ratio=0.5", "runner.max_iters=11", "checkpoint_config.interval=4",
            "evaluation._delete_=True", "evaluation.start=3", "evaluation.interval=5",
        ])
        #expect(
            result.output == """
                runner: IterBasedRunner, max: 11 iterations
                workflow: [('train', 1)]
                train: iterations 1-11
                learning rate: changes with every iteration: 0.1 in 1, 0.081 in 3, 0.06561 in 5, 0.05314 in 7, 0.04305 in 9, 0.03487 in 11
                warmup: linear, from 0.05, 5 iterations
                evaluation: after iteration 3, 8
                checkpoints: after iteration 4, 8, 11
                end: after iteration 11

                """)
        let epochs = try tool([
            "print-config", Tool.config, "--workflow", "--allow-unknown", "--cfg-options",
            "lr_config.by_epoch=False", "runner.max_epochs=300", "checkpoint_config.interval=100",
            "checkpoint_config.by_epoch=False", "evaluation.interval=50", "seeed=1",
        ])
        #expect(
            epochs.output == """
                runner: EpochBasedRunner, max: 300 epochs
                workflow: [('train', 1)]
                train: epochs 1-300
                learning rate: 0.1 in iterations 1-12, 0.01 in iterations 13-17, 0.001 in iterations 18-6900
                evaluation: after epoch 50, 100, 150, 200, 250, 300
                checkpoints: every 100 iterations
                end: after epoch 300

                """)
        #expect(
            epochs.errors
                == "warning: --cfg-options: seeed: unknown key, left out; did you mean seed?\n")
        let absent = try tool([
            "print-config", Tool.config, "--workflow", "--cfg-options", "lr_config.by_epoch=False",
            "data.train.data_prefix=nowhere", "evaluation=None", "checkpoint_config=None",
        ])
        #expect(
            absent.output.hasSuffix(
                """
                learning rate: follows iterations; data.train cannot be read here, so the length of an epoch is not known
                evaluation: none
                checkpoints: none
                end: after epoch 20

                """))
    }

    @Test("where values come from, and in which notation they are printed")
    func explained() throws {
        let tool = try Tool()
        let config = "\(Tool.root)/configs/digits/resnet18_digits_workflow.json"
        let explained = try tool([
            "print-config", config, "--explain", "--cfg-options", "seed=3", "dist_params.backend=x",
            "my_values=[1,2]", "optimzer=None",
        ])
        let lines = explained.output.replacingOccurrences(of: Tool.root + "/configs/", with: "")
        #expect(
            lines.contains(
                """

                model.head.in_channels = 128                         digits/resnet18_digits.json:10
                    was 512                                          _base_/models/resnet18_cifar.json:15

                """))
        #expect(
            lines.hasSuffix(
                """

                workflow = [["train", 2], ["val", 1]]                digits/resnet18_digits_workflow.json:3
                    was [["train", 1]]                               _base_/default_runtime.json:10
                evaluation.interval = 1                              digits/resnet18_digits.json:12
                evaluation.metric = "accuracy"                       digits/resnet18_digits.json:12
                evaluation.metric_options.topk = [1]                 digits/resnet18_digits.json:12
                seed = 3                                             --cfg-options
                    was 0                                            digits/resnet18_digits.json:13

                shared values, which nothing reads under these names:
                my_values = [1, 2]  --cfg-options

                without meaning here:
                dist_params.backend = "x"  --cfg-options

                refused, unknown key; did you mean optimizer?:
                optimzer = null  --cfg-options

                """))
        let python = try tool([
            "print-config", config, "--format", "py", "--cfg-options", "workflow=[(train,1)]",
        ])
        #expect(python.output.contains("\nworkflow = [(\"train\", 1)]\n"))
        #expect(python.output.hasPrefix("model = dict(\n    type=\"ImageClassifier\",\n"))
        let yaml = try tool([
            "print-config", config, "--format", "yaml", "--cfg-options", "workflow=[(train,1)]",
        ])
        #expect(yaml.output.contains("\nworkflow: [!!python/tuple [train, 1]]\n"))
        let json = try tool(["print-config", config])
        #expect(json.output == (try tool(["print-config", config, "--format", "json"])).output)
        let wrong = try tool(["print-config", config, "--format", "toml"])
        #expect(wrong.exitCode == 64 && wrong.errors.contains("\"toml\" is none of py, json, yaml"))
        let both = try tool(["print-config", config, "--explain", "--workflow"])
        #expect(
            both.errors.hasPrefix(
                "Error: --explain and --workflow are different pictures; ask for one\n"))
    }

    @Test("a run keeps its config in the notation of the file")
    func dumped() throws {
        let tool = try Tool()
        let config = """
            _base_ = ['\(Tool.root)/configs/digits/resnet18_digits.json']
            workflow = [('train', 1), ('val', 1)]
            runner = dict(max_epochs=1)
            """
        try Data(config.utf8).write(to: URL(fileURLWithPath: "\(tool.folder.path)/own.py"))
        let trained = try tool(["train", "own.py", "--work-dir", "work"] + Tool.small)
        #expect(trained.exitCode == 0)
        #expect(
            try tool.folder.text("work/own.py").contains(
                "\nworkflow = [(\"train\", 1), (\"val\", 1)]\n"))
        let difference = try tool(
            ["print-config", "own.py", "--diff", "work/own.py"] + Tool.small)
        #expect(difference.output == "no differences\n")
    }

    @Test("how a config differs from another one")
    func differences() throws {
        let tool = try Tool()
        let workflow = "\(Tool.root)/configs/digits/resnet18_digits_workflow.json"
        let result = try tool([
            "print-config", Tool.config, "--diff", workflow, "--cfg-options", "seed=7",
        ])
        #expect(
            result.output.replacingOccurrences(of: Tool.root + "/configs/", with: "") == """
                changed workflow: [["train", 1]] -> [["train", 2], ["val", 1]]  _base_/default_runtime.json:10 -> digits/resnet18_digits_workflow.json:3
                changed seed: 7 -> 0  --cfg-options -> digits/resnet18_digits.json:13

                """)
        #expect(
            try tool(["print-config", workflow, "--diff", workflow]).output == "no differences\n")
    }

    @Test("changes on the command line, however the workflow is spelled")
    func overrides() throws {
        for spelling in ["workflow=[('train', 2), ('val', 1)]", "workflow=[(train,2),(val,1)]"] {
            let result = try Tool()([
                "print-config", Tool.config, "--cfg-options", spelling, "workflow.0.1=3",
            ])
            #expect(result.output.contains("\"workflow\": [[\"train\", 3], [\"val\", 1]]"))
        }
    }

    @Test("a converted config validates when the original evaluated")
    func conversion() throws {
        let tool = try Tool()
        let converted = try tool(["convert-config", Tool.config, "new.json"])
        #expect(converted.exitCode == 0)
        let again = try tool(["convert-config", Tool.config, "new.json"])
        #expect(again.errors == "new.json: the file exists; pass --force to replace it\n")
        let calendar = try tool(["print-config", "new.json", "--workflow"])
        #expect(
            calendar.output == """
                runner: EpochBasedRunner, max: 20 epochs
                workflow: [('train', 1), ('val', 1)]
                train: epoch 1
                val: after epoch 1
                train: epoch 2
                val: after epoch 2
                train: epoch 3
                val: after epoch 3
                train: epoch 4
                val: after epoch 4
                train: epoch 5
                val: after epoch 5
                train: epoch 6
                val: after epoch 6
                … and 28 more phases in the same rhythm
                learning rate: 0.1 in epochs 1-12, 0.01 in epochs 13-17, 0.001 in epochs 18-20
                    MultiStepLR: epochs from 1 on, milestones=[12, 17], gamma=0.1
                evaluation: after epoch 1, 2, 3, 4, 5, 6, 7, 8, …, 20 (20 times)
                checkpoints: after epoch 1, 2, 3, 4, 5, 6, 7, 8, …, 20 (20 times)
                end: after epoch 20

                """)
    }
}
