"""Answers to the exercise mean_iou, right and wrong."""


def right_by_classes(counts):
    pooled, values = sum(counts), []
    for k in range(len(pooled)):
        union = pooled[k].sum() + pooled[:, k].sum() - pooled[k, k]
        if union:
            values.append(pooled[k, k] / union)
    return sum(values) / len(values)
