"""WeCom 微信客服 (customer service in WeChat): a signal without content, then messages that are pulled; sessions that somebody serves."""
