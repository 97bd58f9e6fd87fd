import Foundation
import NeuralNet
import TensorCore
import Testing
import TorchFile
import WorkflowRunner

@Suite("checkpoints by name") struct CheckpointFinderTests {
    private func touch(_ path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: path, contents: Data())
    }

    @Test("the originals' caches are found as they find them")
    func caches() {
        let cases: [([String: String], String, String)] = [
            (["HOME": "/h"], "/h/.cache/torch/hub/checkpoints", "/h/.cache/mmcv"),
            (
                ["HOME": "/h", "XDG_CACHE_HOME": "/x"], "/x/torch/hub/checkpoints", "/x/mmcv"
            ),
            (
                ["HOME": "/h", "TORCH_HOME": "~/t", "MMCV_HOME": "/m", "XDG_CACHE_HOME": ""],
                "/h/t/hub/checkpoints", "/m"
            ),
        ]
        for (environment, torch, mmcv) in cases {
            let finder = CheckpointFinder(environment: environment)
            #expect(finder.torchCache == torch)
            #expect(finder.mmcvCache == mmcv)
        }
    }

    @Test("names and addresses lead to downloaded files")
    func names() throws {
        let folder = try TemporaryFolder()
        let finder = CheckpointFinder(environment: ["HOME": folder.path])
        let torch = finder.torchCache
        for file in [
            "resnet50-0676ba61.pth", "resnet50-11ad3fa6.pth", "resnet50_v1c-2cccc1ad.pth",
            "resnet50_msra-5891d200.pth", "resnet18_8xb32_in1k_20210831-fbbb1da6.pth", "mine.pth",
            "resnet50_caffe-788b5fa3.pth",
        ] { try touch("\(torch)/\(file)") }
        try touch("\(finder.mmcvCache)/kept.pth")
        try Data(#"{"house": "kept.pth", "far": "https://a.example/x/mine.pth"}"#.utf8).write(
            to: URL(fileURLWithPath: "\(finder.mmcvCache)/open_mmlab.json"))
        let cases: [(String, String, String)] = [
            ("torchvision://resnet50", "resnet50-0676ba61.pth", "torchvision"),
            (
                "torchvision://ResNet50_Weights.IMAGENET1K_V2", "resnet50-11ad3fa6.pth",
                "torchvision"
            ),
            ("modelzoo://resnet50", "resnet50-0676ba61.pth", "torchvision"),
            ("open-mmlab://resnet50_v1c", "resnet50_v1c-2cccc1ad.pth", "openmmlab"),
            ("openmmlab://detectron2/resnet50_caffe", "resnet50_msra-5891d200.pth", "openmmlab"),
            ("open-mmlab://resnet50_caffe", "resnet50_caffe-788b5fa3.pth", "openmmlab"),
            ("open-mmlab://far", "mine.pth", "openmmlab"),
            ("mmcls://resnet18", "resnet18_8xb32_in1k_20210831-fbbb1da6.pth", "mmcls"),
            ("https://b.example/models/mine.pth?download=1", "mine.pth", "http"),
        ]
        for (name, file, kind) in cases {
            let location = try finder.locate(name)
            #expect(location.path == "\(torch)/\(file)")
            #expect(location.kind == kind)
            #expect(location.prefix == (kind == "mmcls" ? "backbone." : nil))
        }
        #expect(try finder.locate("open-mmlab://house").path == "\(finder.mmcvCache)/kept.pth")
        #expect(
            try finder.locate("http://b.example/kept.pth").path == "\(finder.mmcvCache)/kept.pth")
        #expect(
            try finder.locate("modelzoo://resnet50").note
                == "modelzoo://resnet50: modelzoo:// is deprecated, write torchvision://resnet50")
        #expect(
            try finder.locate("open-mmlab://resnet50_caffe").note
                == "open-mmlab://resnet50_caffe is deprecated, write open-mmlab://detectron/resnet50_caffe"
        )
    }

    @Test("what is not there is an error with the command that gets it")
    func absent() throws {
        let finder = CheckpointFinder(environment: ["HOME": "/h"])
        let get =
            "it has not been downloaded to this machine; get it with: curl -fL --create-dirs -o "
        let cases: [(String, String)] = [
            (
                "torchvision://resnet18",
                get + "/h/.cache/torch/hub/checkpoints/resnet18-f37072fd.pth "
                    + "https://download.pytorch.org/models/resnet18-f37072fd.pth"
            ),
            (
                "https://a.example/x.pth",
                get + "/h/.cache/torch/hub/checkpoints/x.pth https://a.example/x.pth"
            ),
            ("torchvision://resnet55", "\"resnet55\" is not a known model; did you mean resnet50?"),
            ("https://a.example/", "the address names no file"),
            (
                "s3://bucket/a.pth",
                "storage services are not supported; copy the file to this machine and give its path"
            ),
            (
                "cluster:s3://bucket/a.pth",
                "storage services are not supported; copy the file to this machine and give its path"
            ),
            (
                "pavi://a/b",
                "storage services are not supported; copy the file to this machine and give its path"
            ),
            ("nowhere.pth", "no such file; give the path of a .pth checkpoint"),
        ]
        for (name, message) in cases {
            let error = #expect(throws: CheckpointError.self) { try finder.locate(name) }
            #expect(error?.description == "\(name): \(message)")
        }
    }

    @Test("a part of a checkpoint fits a part of a model")
    func prefix() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/whole.pth"
        let state = StateDictionary([
            ("backbone.weight", PlainTensor([3, 4] as [Float], shape: [2])),
            ("backbone.mean", PlainTensor([1, 2] as [Float], shape: [2])),
            ("head.weight", PlainTensor([5] as [Float], shape: [1])),
        ])
        try Checkpoint(meta: TorchDictionary(), state: state).write(to: path)
        let toy = try Toy()
        let found = try FoundCheckpoint(path)
        for prefix in ["backbone", "backbone."] {
            #expect(try found.load(into: toy.model, prefix: prefix) == nil)
            #expect(try toy.model.weight.value.plainValues() == [3, 4])
        }
        let error = #expect(throws: CheckpointError.self) {
            try found.load(into: toy.model, prefix: "neck")
        }
        #expect(
            error?.description
                == "\(path): state_dict: no entry begins with neck.; its first entry is backbone.weight"
        )
        let revised = try found.load(
            into: toy.model,
            reviseKeys: [(#"^backbone\.(.*)$"#, #"\1"#), ("^head.weight$", "mean")]
        )
        #expect(
            revised
                == "The model and loaded state dict do not match exactly\n\nsize mismatch for mean: copying a param with shape torch.Size([1]) from checkpoint, the shape in current model is torch.Size([2])."
        )
    }
}
