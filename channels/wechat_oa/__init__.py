"""WeChat Official Account (公众号): verified accounts are answered through the customer-service API, others within the callback."""
