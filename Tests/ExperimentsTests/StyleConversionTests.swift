import ConfigCore
import Experiments
import Foundation
import MMRunner
import Testing

/// Legacy configs as tests write them: a small one, and what is different.
enum ConversionFixture {
    /// A config of everything that most have, of data that is nowhere.
    static let text = """
        norm = dict(mean=[1.0, 2.0, 3.0], std=[4.0, 5.0, 6.0], to_rgb=True)
        model = dict(
            type='ImageClassifier', backbone=dict(type='ResNet', depth=18),
            neck=dict(type='GlobalAveragePooling'),
            head=dict(type='LinearClsHead', num_classes=10, in_channels=512, topk=(1, 5)))
        pack = [
            dict(type='Normalize', **norm), dict(type='ImageToTensor', keys=['img']),
            dict(type='Collect', keys=['img'])]
        data = dict(
            samples_per_gpu=8, workers_per_gpu=2,
            train=dict(
                type='ImageNet', data_prefix='nowhere/train', pipeline=[
                    dict(type='LoadImageFromFile'),
                    dict(type='RandomResizedCrop', size=224),
                    dict(type='RandomFlip', flip_prob=0.5, direction='horizontal'),
                    dict(type='Normalize', **norm), dict(type='ImageToTensor', keys=['img']),
                    dict(type='ToTensor', keys=['gt_label']),
                    dict(type='Collect', keys=['img', 'gt_label'])]),
            val=dict(
                type='ImageNet', data_prefix='nowhere/val', ann_file='nowhere/val.txt',
                pipeline=[
                    dict(type='LoadImageFromFile'), dict(type='Resize', size=(256, -1)),
                    dict(type='CenterCrop', crop_size=224)] + pack),
            test=dict(
                type='ImageNet', data_prefix='nowhere/val', ann_file='nowhere/val.txt',
                pipeline=[
                    dict(type='LoadImageFromFile'), dict(type='Resize', size=(256, -1)),
                    dict(type='CenterCrop', crop_size=224)] + pack))
        optimizer = dict(type='SGD', lr=0.1, momentum=0.9, weight_decay=0.0001)
        optimizer_config = dict(grad_clip=None)
        lr_config = dict(policy='step', step=[30, 60, 90])
        runner = dict(type='EpochBasedRunner', max_epochs=100)
        checkpoint_config = dict(interval=1)
        log_config = dict(interval=100, hooks=[dict(type='TextLoggerHook')])
        evaluation = dict(interval=1, metric='accuracy')
        workflow = [('train', 1)]
        load_from = None
        resume_from = None
        log_level = 'INFO'

        """

    /// The config with statements of Python behind it.
    static func config(_ changes: String = "") throws -> ConfigNode {
        try Config.parse(text: text + changes, name: "legacy.py", ending: ".py")
    }

    /// The config in the new style.
    static func new(
        _ changes: String, options: StyleConversion.Options = StyleConversion.Options()
    ) throws -> StyleConversion {
        try StyleConversion(config(changes), to: .new, options, .standard())
    }
}

/// What a change of the legacy config makes of the new-style one.
private struct MappingCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let changes: String
    /// Paths, and the Python that stands there; nil where nothing does.
    let expected: [(String, String?)]
    /// Lines of the report that must be there, columns between two blanks or more.
    let rows: [String]

    init(
        _ description: String, _ changes: String, _ expected: [(String, String?)],
        rows: [String] = []
    ) {
        testDescription = description
        self.changes = changes
        self.expected = expected
        self.rows = rows
    }
}

@Suite("legacy configs in the new style") struct StyleConversionTests {
    private static let pipeline = "data['train']['pipeline'] = "
    private static let mappings = [
        MappingCase(
            "everything that most have", "",
            [
                (
                    "data_preprocessor",
                    "dict(mean=[1.0, 2.0, 3.0], std=[4.0, 5.0, 6.0], to_rgb=True)"
                ),
                ("train_dataloader.batch_size", "8"), ("train_dataloader.num_workers", "2"),
                ("train_dataloader.persistent_workers", "True"),
                ("train_dataloader.sampler", #"dict(type="DefaultSampler", shuffle=True)"#),
                (
                    "train_dataloader.dataset.pipeline",
                    #"[dict(type="LoadImageFromFile"), dict(type="RandomResizedCrop", scale=224), dict(type="RandomFlip", prob=0.5, direction="horizontal"), dict(type="PackInputs")]"#
                ),
                (
                    "val_dataloader.dataset.pipeline.1",
                    #"dict(type="ResizeEdge", scale=256, edge="short")"#
                ),
                ("val_dataloader.sampler.shuffle", "False"),
                ("optim_wrapper.type", #""OptimWrapper""#), ("optim_wrapper.clip_grad", nil),
                (
                    "param_scheduler",
                    #"[dict(type="MultiStepLR", by_epoch=True, milestones=[30, 60, 90], gamma=0.1)]"#
                ),
                ("train_cfg", "dict(by_epoch=True, max_epochs=100, val_interval=1)"),
                ("val_evaluator", #"dict(type="Accuracy", topk=(1, 5))"#),
                ("default_hooks.checkpoint", #"dict(type="CheckpointHook", interval=1)"#),
                ("default_hooks.logger", #"dict(type="LoggerHook", interval=100)"#),
                ("default_scope", #""mmpretrain""#), ("resume", "False"), ("norm", nil),
            ],
            rows: [
                "data.train  train_dataloader  its sampler draws the order from seed + epoch, as MMEngine does",
                "lr_config  param_scheduler  the same values in every iteration",
                "norm, pack  -  shared values, which nothing reads",
            ]),
        MappingCase(
            "pairs of height and width, styles of cropping, defaults that differ",
            pipeline + """
                [dict(type='Resize', size=(32, 48), interpolation='area'),
                 dict(type='CenterCrop', crop_size=(8, 16), backend='cv2'),
                 dict(type='CenterCrop', crop_size=8, efficientnet_style=True),
                 dict(type='RandomResizedCrop', size=8, scale=(0.2, 1.0), efficientnet_style=True),
                 dict(type='RandomGrayscale', gray_prob=0.2),
                 dict(type='Lighting', eigval=[1], eigvec=[[1]]),
                 dict(type='RandAugment', policies=[], num_policies=2, magnitude_level=9),
                 dict(type='Mine', size=1), dict(type='Collect', keys=['img', 'gt_label'])]
                """,
            [
                (
                    "train_dataloader.dataset.pipeline",
                    #"[dict(type="Resize", scale=(48, 32), interpolation="area"), dict(type="CenterCrop", crop_size=(16, 8)), dict(type="EfficientNetCenterCrop", crop_size=8, interpolation="bilinear"), dict(type="EfficientNetRandomCrop", scale=8, crop_ratio_range=(0.2, 1.0), interpolation="bilinear"), dict(type="RandomGrayscale", prob=0.2), dict(type="Lighting", eigval=[1], eigvec=[[1]], to_rgb=True), dict(type="RandAugment", policies=[], num_policies=2, magnitude_level=9, total_level=30), dict(type="Mine", size=1), dict(type="PackInputs")]"#
                ), ("data_preprocessor", nil),
                ("val_dataloader.dataset.pipeline.3.type", #""Normalize""#),
            ],
            rows: [
                "Mine  Mine  no transform of the original packages: its keys are taken over",
                "Normalize  Normalize  stays a step: the data sets do not share it as the last one",
            ]),
        MappingCase(
            "fp16, gathered gradients, clipping, rules of parameters",
            """
            fp16 = dict(loss_scale='dynamic')
            optimizer_config = dict(
                type='GradientCumulativeOptimizerHook', cumulative_iters=4, grad_clip=dict(max_norm=5))
            optimizer = dict(type='Lamb', lr=0.1, paramwise_cfg=dict(norm_decay_mult=0.0))
            """,
            [
                (
                    "optim_wrapper",
                    #"dict(type="AmpOptimWrapper", loss_scale="dynamic", optimizer=dict(type="Lamb", lr=0.1), paramwise_cfg=dict(norm_decay_mult=0.0), clip_grad=dict(max_norm=5), accumulative_counts=4)"#
                )
            ],
            rows: [
                "fp16  optim_wrapper.type, .loss_scale  MMEngine's own wants a GPU for it"
            ]),
        MappingCase(
            "batch augmentations",
            """
            model['train_cfg'] = dict(augments=[
                dict(type='BatchMixup', alpha=0.2, num_classes=10, prob=0.5),
                dict(type='BatchCutMix', alpha=1.0, num_classes=10, prob=0.3),
                dict(type='Identity', num_classes=10, prob=0.2)])
            """,
            [
                (
                    "model.train_cfg",
                    #"dict(augments=[dict(type="Mixup", alpha=0.2), dict(type="CutMix", alpha=1.0)], probs=[0.5, 0.3])"#
                ), ("data_preprocessor.num_classes", "10"),
            ]),
        MappingCase(
            "metrics, the best checkpoint and an evaluation that starts late",
            """
            evaluation = dict(
                start=3, interval=2, metric=['accuracy', 'f1_score'], save_best='accuracy_top-5',
                metric_options=dict(topk=(5, )), gpu_collect=True)
            """,
            [
                (
                    "train_cfg",
                    "dict(by_epoch=True, max_epochs=100, val_interval=3, dynamic_intervals="
                        + "[\((3...99).filter { $0 % 2 == 1 }.dropFirst().map { "(\($0), \($0))" }.joined(separator: ", ")), (101, 100)])"
                ),
                (
                    "val_evaluator",
                    #"[dict(type="Accuracy", topk=(5,)), dict(type="SingleLabelMetric", items=["f1-score"])]"#
                ), ("default_hooks.checkpoint.save_best", #""accuracy/top5""#),
            ],
            rows: [
                "evaluation.interval  train_cfg.val_interval  the new style also validates at the end",
                "evaluation.gpu_collect  -  has no counterpart",
                "evaluation.save_best  default_hooks.checkpoint.save_best  accuracy_top-5 is accuracy/top5 there",
            ]),
        MappingCase(
            "a val phase beside an evaluation is dropped", "workflow = [('train', 2), ('val', 1)]",
            [("train_cfg.val_interval", "1")],
            rows: [
                "workflow  -  [('train', 2), ('val', 1)]: the loss on data.val; metrics are evaluated as before"
            ]),
        MappingCase(
            "a val phase alone validates as often",
            "workflow = [('train', 2), ('val', 1)]\nevaluation = None",
            [("train_cfg.val_interval", "2"), ("val_cfg", "dict()")],
            rows: [
                "workflow  val_cfg, train_cfg.val_interval  [('train', 2), ('val', 1)]: MMEngine evaluates metrics of data.val, not its loss"
            ]),
        MappingCase(
            "iterations",
            """
            runner = dict(type='IterBasedRunner', max_iters=1000)
            lr_config = dict(policy='CosineAnnealing', min_lr=0, warmup='linear', warmup_iters=50)
            evaluation = dict(interval=300)
            """,
            [
                ("train_cfg", "dict(by_epoch=False, max_iters=1000, val_interval=300)"),
                (
                    "param_scheduler",
                    #"[dict(type="LinearLR", start_factor=0.1, by_epoch=False, begin=0, end=51), dict(type="CosineAnnealingLR", by_epoch=False, T_max=1000, eta_min=0, begin=0, end=1000)]"#
                ), ("log_processor", "dict(by_epoch=False)"),
                ("default_hooks.checkpoint.by_epoch", "False"),
            ]),
        MappingCase(
            "hooks, loggers and what a run begins with",
            """
            custom_hooks = [
                dict(type='EMAHook', momentum=0.1, interval=2, priority='ABOVE_NORMAL'),
                dict(type='PreciseBNHook', num_samples=8), dict(type='Mine')]
            profiler_config = dict(profile_iters=3, activities=['cpu'])
            log_config = dict(interval=5, hooks=[
                dict(type='TextLoggerHook', by_epoch=False), dict(type='TensorboardLoggerHook'),
                dict(type='PaviLoggerHook')])
            checkpoint_config = None
            resume_from = 'a.pth'
            seed = 3
            deterministic = True
            cudnn_benchmark = True
            dist_params = dict(backend='nccl')
            mp_start_method = 'fork'
            gpu_ids = [0]
            """,
            [
                (
                    "custom_hooks",
                    #"[dict(type="ProfilerHook", profile_times=3, activity_with_cpu=True, activity_with_cuda=False), dict(type="EMAHook", momentum=0.010000000000000002, interval=2, priority="ABOVE_NORMAL", warm_up=100), dict(type="PreciseBNHook", num_samples=8), dict(type="Mine")]"#
                ), ("default_hooks.checkpoint", "None"),
                (
                    "visualizer.vis_backends",
                    #"[dict(type="LocalVisBackend"), dict(type="TensorboardVisBackend")]"#
                ), ("log_processor.by_epoch", "False"), ("load_from", #""a.pth""#),
                ("resume", "True"), ("randomness", "dict(seed=3, deterministic=True)"),
                (
                    "env_cfg",
                    #"dict(cudnn_benchmark=True, mp_cfg=dict(mp_start_method="fork"), dist_cfg=dict(backend="nccl"))"#
                ),
            ],
            rows: [
                "log_config.hooks[2]  -  PaviLoggerHook has no counterpart",
                "gpu_ids  -  says something about machines or processes",
                "custom_hooks[2]  custom_hooks  Mine is taken over as it is",
            ]),
        MappingCase(
            "data sets that know their files by a split, in a wrapper",
            """
            data['train'] = dict(type='RepeatDataset', times=2, dataset=dict(
                type='CIFAR10', data_prefix='c', pipeline=data['train']['pipeline']))
            data['val'] = dict(
                type='CUB', data_prefix='b/images', ann_file='b/images.txt', test_mode=True,
                image_class_labels_file='b/image_class_labels.txt',
                train_test_split_file='b/train_test_split.txt', pipeline=data['val']['pipeline'])
            sampler = dict(type='RepeatAugSampler')
            """,
            [
                ("train_dataloader.dataset.times", "2"),
                ("train_dataloader.dataset.dataset.data_root", #""c""#),
                ("train_dataloader.dataset.dataset.split", #""train""#),
                ("train_dataloader.dataset.dataset.data_prefix", nil),
                ("val_dataloader.dataset.data_root", #""b""#),
                ("val_dataloader.dataset.split", #""test""#),
                ("val_dataloader.dataset.ann_file", nil),
                ("train_dataloader.sampler", #"dict(type="RepeatAugSampler", shuffle=True)"#),
            ]),
    ]

    @Test("what becomes of the keys", arguments: mappings)
    private func mapping(_ c: MappingCase) throws {
        let conversion = try ConversionFixture.new(c.changes)
        let found = c.expected.map { path, _ in
            conversion.config.at(path: path).map { ConfigWriter.line($0, as: .python) }
        }
        #expect(found == c.expected.map(\.1))
        let rows = conversion.report.rows.map { "\($0.from)  \($0.to ?? "-")  \($0.remark)" }
        #expect(c.rows.filter { !rows.contains($0) } == [])
    }

    @Test("and back, and there again", arguments: mappings)
    private func roundTrip(_ c: MappingCase) throws {
        // What validates at odd places, and losses, has no way back.
        let isOneWay = c.testDescription.contains("a val phase alone")
        let first = try ConversionFixture.new(c.changes).config
        let back = try StyleConversion(first, to: .legacy, .init(), .standard())
        let again = try StyleConversion(back.config, to: .new, .init(), .standard())
        let difference = ConfigDiff(from: first, to: again.config).text(as: .python)
        #expect(difference == "" || isOneWay, "\(ConfigWriter.python(back.config))")
    }

    private static let refusals: [(String, String)] = [
        (
            "lr_config = dict(policy='CosineAnnealing', min_lr=1e-3, warmup='linear', warmup_iters=1500)",
            "legacy.py:40:13: lr_config: the other style cannot express it; the nearest is off by up to"
        ),
        (
            "lr_config = dict(policy='CosineAnnealing', min_lr=0, warmup='linear', warmup_iters=5, warmup_by_epoch=True)",
            "legacy.py:40:13: lr_config: the other style cannot express it; the nearest is off by up to"
        ),
        (
            "lr_config = dict(policy='cyclic')",
            "legacy.py:40:13: lr_config: counts iterations, but data.train cannot be read here, so the length of an epoch is not known; pass --epoch-length with the iterations of an epoch"
        ),
        (
            "workflow = [('train', 1), ('refine', 1)]",
            "legacy.py:40:27: workflow[1]: the phase \"refine\" has no counterpart"
        ),
        (
            "optimizer = dict(G=dict(type='SGD', lr=1.0), D=dict(type='SGD', lr=1.0))",
            "legacy.py:30:20: optimizer_config: the run has several optimizers, which the model steps itself; leave optimizer_config and fp16 out, or set them to None"
        ),
        (
            "evaluation = dict(metric='bleu')",
            "legacy.py:40:26: evaluation.metric: expected one of precision, recall, f1_score, support, CP, CR, CF1, OP, OR, OF1, accuracy, mAP, got the string \"bleu\""
        ),
        (
            "optimizer_config = dict(grad_clp=None)",
            "legacy.py:40:25: optimizer_config.grad_clp: unknown key; did you mean grad_clip?"
        ),
    ]

    @Test("what is refused", arguments: refusals)
    func refusal(_ change: String, _ message: String) {
        var text = ""
        do { _ = try ConversionFixture.new(change) } catch let error as ConfigError {
            text = error.issues.first?.message ?? ""
        } catch { text = "\(error)" }
        #expect(text.hasPrefix(message), "\(text)")
    }

    @Test("the nearest schedule is taken where it is asked for, and its deviation is told")
    func approximate() throws {
        let change =
            "lr_config = dict(policy='CosineAnnealing', min_lr=0, warmup='linear', warmup_iters=5, warmup_by_epoch=True)"
        let nearest = try ConversionFixture.new(
            change, options: StyleConversion.Options(allowsApproximate: true))
        #expect(
            nearest.report.rows.first { $0.from == "lr_config" }?.remark.hasPrefix(
                "approximate: off by up to 0.018 % (iteration 5000: ") == true)
        let exact = try ConversionFixture.new(
            change, options: StyleConversion.Options(epochLength: 40))
        #expect(
            exact.config.at(path: "param_scheduler.0").map { ConfigWriter.line($0, as: .python) }
                == "dict(type=\"LinearLR\", start_factor=0.1, by_epoch=False, begin=0, end=201)")
    }
}
