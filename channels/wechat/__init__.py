"""What the three channels of the WeChat family share: signatures and encryption, XML, tokens, the calls to the platform."""
