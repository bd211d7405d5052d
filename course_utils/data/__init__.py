"""What the course reads from disk or the network: photos and pretrained weights."""
