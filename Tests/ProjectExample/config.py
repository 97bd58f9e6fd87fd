model = dict(type='MyModel', layers=2)
work_dir = 'work_dirs/my_project'

train_dataloader = dict(
    dataset=dict(type='MyDataset', size=2000, seed=0),
    sampler=dict(type='DefaultSampler', shuffle=True),
    collate_fn=dict(type='default_collate'),
    batch_size=64)
val_dataloader = dict(
    dataset=dict(type='MyDataset', size=500, seed=1),
    sampler=dict(type='DefaultSampler', shuffle=False),
    collate_fn=dict(type='default_collate'),
    batch_size=500)
test_dataloader = val_dataloader

train_cfg = dict(by_epoch=True, max_epochs=10, val_interval=5)
val_cfg = dict()
test_cfg = dict()
val_evaluator = dict(type='MyMetric')
test_evaluator = val_evaluator

optim_wrapper = dict(optimizer=dict(type='Adam', lr=0.003))
param_scheduler = dict(type='MultiStepLR', milestones=[8], gamma=0.1)
custom_hooks = [dict(type='MyHook')]
randomness = dict(seed=0)
