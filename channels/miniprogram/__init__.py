"""WeChat mini-program (小程序): its own client speaks the public API after signing in; its customer-service talk comes in here by pushes."""
