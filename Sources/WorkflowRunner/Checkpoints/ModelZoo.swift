/// The names that configs of the originals give to pretrained residual networks, and where the files are.
///
/// Source: `mmcv/model_zoo` of MMCV 1.7.2, and the weights that torchvision lists.
enum ModelZoo {
    private static let pytorch = "https://download.pytorch.org/models/"
    private static let openMMLab = "https://download.openmmlab.com/"

    /// The address of a network of torchvision, such as `resnet50` or `resnet50.imagenet1k_v2`.
    static func torchvision(_ name: String) -> String? {
        torchvisionFiles[name].map { pytorch + $0 }
    }

    /// The address of a network of `open-mmlab://`.
    static func openMMLab(_ name: String) -> String? {
        openMMLabFiles[renamed[name] ?? name].map { openMMLab + $0 }
    }

    /// The address of a network of `mmcls://`.
    static func mmcls(_ name: String) -> String? { mmclsFiles[name].map { openMMLab + $0 } }

    /// Files of `torchvision://`.
    static let torchvisionFiles: [String: String] = [
        "resnet101": "resnet101-63fe2227.pth",
        "resnet101.default": "resnet101-cd907fc2.pth",
        "resnet101.imagenet1k_v1": "resnet101-63fe2227.pth",
        "resnet101.imagenet1k_v2": "resnet101-cd907fc2.pth",
        "resnet152": "resnet152-394f9c45.pth",
        "resnet152.default": "resnet152-f82ba261.pth",
        "resnet152.imagenet1k_v1": "resnet152-394f9c45.pth",
        "resnet152.imagenet1k_v2": "resnet152-f82ba261.pth",
        "resnet18": "resnet18-f37072fd.pth",
        "resnet18.default": "resnet18-f37072fd.pth",
        "resnet18.imagenet1k_v1": "resnet18-f37072fd.pth",
        "resnet34": "resnet34-b627a593.pth",
        "resnet34.default": "resnet34-b627a593.pth",
        "resnet34.imagenet1k_v1": "resnet34-b627a593.pth",
        "resnet50": "resnet50-0676ba61.pth",
        "resnet50.default": "resnet50-11ad3fa6.pth",
        "resnet50.imagenet1k_v1": "resnet50-0676ba61.pth",
        "resnet50.imagenet1k_v2": "resnet50-11ad3fa6.pth",
        "resnext101_32x8d": "resnext101_32x8d-8ba56ff5.pth",
        "resnext101_32x8d.default": "resnext101_32x8d-110c445d.pth",
        "resnext101_32x8d.imagenet1k_v1": "resnext101_32x8d-8ba56ff5.pth",
        "resnext101_32x8d.imagenet1k_v2": "resnext101_32x8d-110c445d.pth",
        "resnext101_64x4d.default": "resnext101_64x4d-173b62eb.pth",
        "resnext101_64x4d.imagenet1k_v1": "resnext101_64x4d-173b62eb.pth",
        "resnext50_32x4d": "resnext50_32x4d-7cdf4587.pth",
        "resnext50_32x4d.default": "resnext50_32x4d-1a0047aa.pth",
        "resnext50_32x4d.imagenet1k_v1": "resnext50_32x4d-7cdf4587.pth",
        "resnext50_32x4d.imagenet1k_v2": "resnext50_32x4d-1a0047aa.pth",
        "wide_resnet101_2": "wide_resnet101_2-32ee1156.pth",
        "wide_resnet101_2.default": "wide_resnet101_2-d733dc28.pth",
        "wide_resnet101_2.imagenet1k_v1": "wide_resnet101_2-32ee1156.pth",
        "wide_resnet101_2.imagenet1k_v2": "wide_resnet101_2-d733dc28.pth",
        "wide_resnet50_2": "wide_resnet50_2-95faca4d.pth",
        "wide_resnet50_2.default": "wide_resnet50_2-9ba9bcbe.pth",
        "wide_resnet50_2.imagenet1k_v1": "wide_resnet50_2-95faca4d.pth",
        "wide_resnet50_2.imagenet1k_v2": "wide_resnet50_2-9ba9bcbe.pth",
    ]

    /// Files of `open-mmlab://`.
    static let openMMLabFiles: [String: String] = [
        "detectron/resnet50_caffe": "pretrain/third_party/resnet50_caffe-788b5fa3.pth",
        "detectron2/resnet50_caffe": "pretrain/third_party/resnet50_msra-5891d200.pth",
        "detectron/resnet101_caffe": "pretrain/third_party/resnet101_caffe-3ad79236.pth",
        "detectron2/resnet101_caffe": "pretrain/third_party/resnet101_msra-6cc46731.pth",
        "detectron2/resnext101_32x8d":
            "pretrain/third_party/resnext101_32x8d-1516f1aa.pth",
        "resnext50_32x4d": "pretrain/third_party/resnext50-32x4d-0ab1a123.pth",
        "resnext101_32x4d": "pretrain/third_party/resnext101_32x4d-a5af3160.pth",
        "resnext101_64x4d": "pretrain/third_party/resnext101_64x4d-ee2c6f71.pth",
        "contrib/resnet50_gn": "pretrain/third_party/resnet50_gn_thangvubk-ad1730dd.pth",
        "detectron/resnet50_gn": "pretrain/third_party/resnet50_gn-9186a21c.pth",
        "detectron/resnet101_gn": "pretrain/third_party/resnet101_gn-cac0ab98.pth",
        "jhu/resnet50_gn_ws": "pretrain/third_party/resnet50_gn_ws-15beedd8.pth",
        "jhu/resnet101_gn_ws": "pretrain/third_party/resnet101_gn_ws-3e3c308c.pth",
        "jhu/resnext50_32x4d_gn_ws":
            "pretrain/third_party/resnext50_32x4d_gn_ws-0d87ac85.pth",
        "jhu/resnext101_32x4d_gn_ws":
            "pretrain/third_party/resnext101_32x4d_gn_ws-34ac1a9e.pth",
        "jhu/resnext50_32x4d_gn": "pretrain/third_party/resnext50_32x4d_gn-c7e8b754.pth",
        "jhu/resnext101_32x4d_gn": "pretrain/third_party/resnext101_32x4d_gn-ac3bb84e.pth",
        "resnet18_v1c": "pretrain/third_party/resnet18_v1c-b5776b93.pth",
        "resnet50_v1c": "pretrain/third_party/resnet50_v1c-2cccc1ad.pth",
        "resnet101_v1c": "pretrain/third_party/resnet101_v1c-e67eebb6.pth",
        "mmedit/res34_en_nomixup":
            "mmediting/third_party/model_best_resnet34_En_nomixup.pth",
    ]

    /// Files of `mmcls://`, of which only the backbone is loaded.
    static let mmclsFiles: [String: String] = [
        "resnet18": "mmclassification/v0/resnet/resnet18_8xb32_in1k_20210831-fbbb1da6.pth",
        "resnet34": "mmclassification/v0/resnet/resnet34_8xb32_in1k_20210831-f257d4e6.pth",
        "resnet50": "mmclassification/v0/resnet/resnet50_8xb32_in1k_20210831-ea4938fc.pth",
        "resnet101":
            "mmclassification/v0/resnet/resnet101_8xb32_in1k_20210831-539c63f8.pth",
        "resnet152":
            "mmclassification/v0/resnet/resnet152_8xb32_in1k_20210901-4d7582fa.pth",
        "resnet50_v1d":
            "mmclassification/v0/resnet/resnetv1d50_b32x8_imagenet_20210531-db14775a.pth",
        "resnet101_v1d":
            "mmclassification/v0/resnet/resnetv1d101_b32x8_imagenet_20210531-6e13bcd3.pth",
        "resnet152_v1d":
            "mmclassification/v0/resnet/resnetv1d152_b32x8_imagenet_20210531-278cf22a.pth",
        "resnext50_32x4d":
            "mmclassification/v0/resnext/resnext50_32x4d_b32x8_imagenet_20210429-56066e27.pth",
        "resnext101_32x4d":
            "mmclassification/v0/resnext/resnext101_32x4d_b32x8_imagenet_20210506-e0fa3dd5.pth",
        "resnext101_32x8d":
            "mmclassification/v0/resnext/resnext101_32x8d_b32x8_imagenet_20210506-23a247d5.pth",
        "resnext152_32x4d":
            "mmclassification/v0/resnext/resnext152_32x4d_b32x8_imagenet_20210524-927787be.pth",
        "se-resnet50":
            "mmclassification/v0/se-resnet/se-resnet50_batch256_imagenet_20200804-ae206104.pth",
        "se-resnet101":
            "mmclassification/v0/se-resnet/se-resnet101_batch256_imagenet_20200804-ba5b51d4.pth",
    ]

    /// Old names of `open-mmlab://`.
    static let renamed: [String: String] = [
        "resnet50_caffe": "detectron/resnet50_caffe",
        "resnet50_caffe_bgr": "detectron2/resnet50_caffe_bgr",
        "resnet101_caffe": "detectron/resnet101_caffe",
        "resnet101_caffe_bgr": "detectron2/resnet101_caffe_bgr",
    ]
}
